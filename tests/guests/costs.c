/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Measures the single steps of a BIOS call: exits to Xen and to the device model, hypercalls,
 * copies, BIOS calls with and without a transfer. Each step is repeated for a moment; the steps
 * take turns for several rounds.
 *
 * Prints "C NAME least=NS median=NS count=N" for each; count is that of one round.
 */
#include "clock.h"
#include "int13.h"
#include "ports.h"
#include "xen/base/public.h"
#include "xen/hv/evtchn.h"
#include "xen/hv/hypercall.h"
#include "xen_port.h"

#include <xen/event_channel.h>
#include <xen/sched.h>
#include <xen/version.h>

#define DRIVE     (FIRST_DRIVE + 1)
#define BUFFER    (LOW_BUFFERS + 0x10000)
#define ROUNDS    5u
#define ROUND_MS  60u
#define COPIED    0x10000u
#define FREE_INT  0x60u
#define BLOCK_GDT 48u

#define PORT_CMOS_INDEX  0x70
#define PORT_CMOS_DATA   0x71
#define PORT_SYSTEM_A    0x92
#define PORT_DELAY       0x80
#define PORT_PIT         0x40
#define PORT_PIC         0x21
#define PORT_IDE_STATUS  0x1f7
#define PORT_DEBUG       0xe9
#define PORT_COM1_STATUS 0x3fd

static uint64_t disk_sectors;
static uint32_t event_port;
static uint32_t sink;

/**** Exits ****/

static void do_nothing(void)
{
    __asm__ volatile("");
}

static void do_cpuid(void)
{
    uint32_t eax = 0x40000000u, ebx, ecx = 0, edx;

    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
}

static void do_cr0_read(void)
{
    uint32_t value;

    __asm__ volatile("movl %%cr0, %0" : "=r"(value));
}

static void do_cr0_write(void)
{
    uint32_t value;

    __asm__ volatile("movl %%cr0, %0" : "=r"(value));
    __asm__ volatile("movl %0, %%cr0" : : "r"(value));
}

static void do_smsw(void)
{
    uint32_t value;

    __asm__ volatile("smsw %0" : "=r"(value));
}

static void do_interrupts_on(void)
{
    /* No interrupt may arrive between the two, because this mode has no handler. */
    __asm__ volatile("pushfl; popfl");
}

static void do_pause(void)
{
    __asm__ volatile("pause");
}

static void do_rdtsc(void)
{
    clock_read();
}

static void do_rtc(void)
{
    port_write8(PORT_CMOS_INDEX, 0x0b);
    sink += port_read8(PORT_CMOS_DATA);
}

static void do_cmos_index(void)
{
    sink += port_read8(PORT_CMOS_INDEX);
}

static void do_cmos_index_low(void)
{
    port_write8(PORT_CMOS_INDEX, 0x0b);
}

static void do_cmos_index_high(void)
{
    port_write8(PORT_CMOS_INDEX, 0x0f);
}

/* After the one before. */
static void do_cmos_data_high(void)
{
    sink += port_read8(PORT_CMOS_DATA);
}

static void do_system_a(void)
{
    sink += port_read8(PORT_SYSTEM_A);
}

static void do_delay(void)
{
    port_write8(PORT_DELAY, 0);
}

static void do_pit(void)
{
    sink += port_read8(PORT_PIT);
}

static void do_pic(void)
{
    sink += port_read8(PORT_PIC);
}

static void do_pm_timer(void)
{
    sink += port_read32(0xb008);
}

static void do_ide_status(void)
{
    sink += port_read8(PORT_IDE_STATUS);
}

static void do_serial_status(void)
{
    sink += port_read8(PORT_COM1_STATUS);
}

static void do_lapic(void)
{
    sink += *(volatile uint32_t *)at(0xfee00020u);
}

/**** Hypercalls ****/

static void do_version(void)
{
    hypercall2(__HYPERVISOR_xen_version, XENVER_version, 0);
}

static void do_yield(void)
{
    hypercall_yield();
}

static void do_send(void)
{
    evtchn_notify(event_port);
}

/**** Copies ****/

static void copy_bytes(uint32_t to, uint32_t from)
{
    uint32_t count = COPIED;

    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

static void copy_words(uint32_t to, uint32_t from)
{
    uint32_t count = COPIED / 4;

    __asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

static void do_copy_bytes(void)
{
    copy_bytes(BUFFER, HIGH_BUFFERS);
}

static void do_copy_words(void)
{
    copy_words(BUFFER, HIGH_BUFFERS);
}

static void do_copy_words_odd(void)
{
    copy_words(BUFFER + 2, HIGH_BUFFERS);
}

static void do_copy_loop(void)
{
    volatile uint32_t *to = at(BUFFER);
    const volatile uint32_t *from = at(HIGH_BUFFERS);

    for (unsigned i = 0; i < COPIED / 4; i += 4) {
        to[i] = from[i];
        to[i + 1] = from[i + 1];
        to[i + 2] = from[i + 2];
        to[i + 3] = from[i + 3];
    }
}

/**** BIOS calls ****/

static void do_own_interrupt(void)
{
    struct regs regs = {0};

    bios_int(FREE_INT, &regs);
}

static void do_ticks(void)
{
    struct regs regs = {0};

    bios_int(0x1a, &regs);
}

static void do_rtc_call(void)
{
    struct regs regs = {.eax = 0x0200};

    bios_int(0x1a, &regs);
}

static void do_equipment(void)
{
    struct regs regs = {0};

    bios_int(0x11, &regs);
}

static void do_keyboard(void)
{
    struct regs regs = {.eax = 0x0100};

    bios_int(0x16, &regs);
}

static void do_block_move(void)
{
    static uint64_t gdt[BLOCK_GDT / 8];
    struct regs regs = {.eax = 0x8700, .ecx = COPIED / 2, .esi = (uint32_t)gdt};

    gdt[2] = 0x000093000000ffffu | (uint64_t)HIGH_BUFFERS << 16;
    gdt[3] = 0x000093000000ffffu | (uint64_t)BUFFER << 16;
    bios_int(0x15, &regs);
    check(!(regs.eflags & FLAG_CARRY), "int15 87h fails");
}

static void do_status(void)
{
    int13_simple(0x01, DRIVE);
}

static void do_type(void)
{
    int13_simple(0x15, DRIVE);
}

static void transfer(uint8_t function, uint32_t count, uint64_t lba)
{
    struct packet packet = {
        .size = 0x10, .count = (uint16_t)count, .segment = BUFFER >> 4, .lba = lba};
    struct outcome outcome = int13_packet(function, DRIVE, &packet, 0);

    check(outcome.status == STATUS_SUCCESS, "int13 %x, %u sectors at %llx: status %x", function,
          count, lba, outcome.status);
}

/* Nothing is transferred, but the driver is called. */
static void do_verify(void)
{
    transfer(0x44, 1, 0);
}

static void do_read_same(void)
{
    transfer(0x42, 1, 0);
}

static uint64_t anywhere(uint32_t count)
{
    return random_below((uint32_t)disk_sectors / count) * count;
}

static void do_read_1(void)
{
    transfer(0x42, 1, anywhere(1));
}

static void do_read_8(void)
{
    transfer(0x42, 8, anywhere(8));
}

static void do_read_64(void)
{
    transfer(0x42, 64, anywhere(64));
}

static void do_read_128(void)
{
    transfer(0x42, 128, anywhere(128));
}

static uint64_t next_lba(uint32_t count)
{
    static uint64_t lba;
    uint64_t now = lba + count > disk_sectors ? 0 : lba;

    lba = now + count;
    return now;
}

static void do_read_next_1(void)
{
    transfer(0x42, 1, next_lba(1));
}

static void do_read_next_128(void)
{
    transfer(0x42, 128, next_lba(128));
}

static void do_write_1(void)
{
    transfer(0x43, 1, anywhere(1));
}

static void do_write_128(void)
{
    transfer(0x43, 128, anywhere(128));
}

/**** The list ****/

static struct step {
    const char *name;
    void (*act)(void);
    bool slow; /* so slow that a read of the clock after each does not matter */
    uint32_t ns[ROUNDS], count;
} steps[] = {
    {"nothing (the loop itself)", do_nothing, .slow = false},
    {"rdtsc", do_rdtsc, .slow = false},
    {"pause", do_pause, .slow = false},
    {"pushf, popf", do_interrupts_on, .slow = false},
    {"smsw", do_smsw, .slow = false},
    {"CR0 read", do_cr0_read, .slow = true},
    {"CR0 read and write", do_cr0_write, .slow = true},
    {"CPUID", do_cpuid, .slow = true},
    {"hypercall: xen_version", do_version, .slow = true},
    {"hypercall: SCHEDOP_yield", do_yield, .slow = true},
    {"hypercall: EVTCHNOP_send, no receiver", do_send, .slow = true},
    {"RTC register 0Bh: out 70h, in 71h", do_rtc, .slow = true},
    {"in 70h", do_cmos_index, .slow = true},
    {"out 70h, 0Bh", do_cmos_index_low, .slow = true},
    {"out 70h, 0Fh", do_cmos_index_high, .slow = true},
    {"in 71h after it", do_cmos_data_high, .slow = true},
    {"in 92h", do_system_a, .slow = true},
    {"out 80h", do_delay, .slow = true},
    {"in 40h (PIT)", do_pit, .slow = true},
    {"in 21h (PIC)", do_pic, .slow = true},
    {"in b008h (ACPI timer)", do_pm_timer, .slow = true},
    {"in 1f7h (IDE status)", do_ide_status, .slow = true},
    {"in 3fdh (COM1 status)", do_serial_status, .slow = true},
    {"local APIC read", do_lapic, .slow = true},
    {"copy 64 KiB, rep movsb", do_copy_bytes, .slow = true},
    {"copy 64 KiB, rep movsl", do_copy_words, .slow = true},
    {"copy 64 KiB, rep movsl, 2 off", do_copy_words_odd, .slow = true},
    {"copy 64 KiB, movl loop", do_copy_loop, .slow = true},
    {"own interrupt (only iret)", do_own_interrupt, .slow = true},
    {"int11", do_equipment, .slow = true},
    {"int16 AH=01h", do_keyboard, .slow = true},
    {"int1a AH=00h", do_ticks, .slow = true},
    {"int1a AH=02h", do_rtc_call, .slow = true},
    {"int15 AH=87h, 64 KiB", do_block_move, .slow = true},
    {"int13 AH=01h", do_status, .slow = true},
    {"int13 AH=15h", do_type, .slow = true},
    {"int13 AH=44h, 1 sector", do_verify, .slow = true},
    {"int13 read, 1 sector, the same", do_read_same, .slow = true},
    {"int13 read, 1 sector, the next", do_read_next_1, .slow = true},
    {"int13 read, 1 sector, anywhere", do_read_1, .slow = true},
    {"int13 read, 8 sectors, anywhere", do_read_8, .slow = true},
    {"int13 read, 64 sectors, anywhere", do_read_64, .slow = true},
    {"int13 read, 128 sectors, anywhere", do_read_128, .slow = true},
    {"int13 read, 128 sectors, the next", do_read_next_128, .slow = true},
    {"int13 write, 1 sector, anywhere", do_write_1, .slow = true},
    {"int13 write, 128 sectors, anywhere", do_write_128, .slow = true},
};

static void measure(struct step *step, unsigned round)
{
    uint64_t until = clock_counts(ROUND_MS), passed, begun = clock_read();
    uint32_t count = 0, batch = step->slow ? 1 : 1000;

    do {
        for (uint32_t i = 0; i < batch; i++)
            step->act();
        count += batch;
        passed = clock_read() - begun;
    } while (passed < until);
    step->ns[round] = clock_nanoseconds(passed) / count;
    step->count = count;
}

/* An interrupt of ours that returns at once: the cost of a call on this program's side. */
static void set_own_interrupt(void)
{
    static const uint8_t iret = 0xcf;

    *(uint32_t *)at(FREE_INT * 4) = (uint32_t)&iret;
}

void guest_main(void)
{
    const unsigned count = sizeof(steps) / sizeof(steps[0]);

    disk_sectors = sectors_read(DRIVE);
    clock_start();
    set_own_interrupt();
    if (!check(disk_sectors > 0, "no drive %x", DRIVE) ||
        !check(xen_port_init() == 0, "no hypercalls") ||
        !check(evtchn_alloc(DOMID_SELF, &event_port) == 0, "no event channel"))
        return;
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < count; i++)
            measure(&steps[i], round);
    }
    for (unsigned i = 0; i < count; i++) {
        clock_sort(steps[i].ns, ROUNDS);
        print("C %s: least=%u median=%u count=%u\n", steps[i].name, steps[i].ns[0],
              steps[i].ns[ROUNDS / 2], steps[i].count);
    }
}
