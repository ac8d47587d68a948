/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Starts the other processors of a guest, as operating systems do, while the firmware serves int13
 * and counts ticks. VCPUOP_initialise of Xen starts each of them in 32-bit mode and in real mode,
 * INIT and SIPI of the local APIC start it in real mode. A processor writes marks to memory, stops
 * itself by VCPUOP_down, and goes on when the first one calls VCPUOP_up.
 *
 * Parameters
 *   vcpus=N  the guest has so many processors (2)
 *
 * Prints "STARTED cpu=N by=WAY cr0=HEX" for each start.
 *
 * Sources: xen/vcpu.h, xen/hvm/hvm_vcpu.h; Intel's manual, volume 3, "Local APIC".
 */
#include "int13.h"
#include "xen/base/bytes.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"
#include "xen/hv/hypercall.h"
#include "xen_port.h"

#include <xen/hvm/hvm_vcpu.h>
#include <xen/vcpu.h>

#define CPUS_MOST  4u
#define CALM_MS    1000u
#define LIMIT_MS   20000u
#define TICKS      3u /* at least so many must come while the others run */
#define TICK_COUNT 0x46cu

/* Free memory between the program and the buffers: a page for SIPI, and the stacks. */
#define SIPI_PAGE   0x12000u
#define STACKS      0x13000u
#define STACK_BYTES 0x1000u

#define JUMP_FAR 0xea

#define APIC_BASE            0xfee00000u
#define APIC_COMMAND_LOW     0x300u
#define APIC_COMMAND_HIGH    0x310u
#define APIC_INIT_ASSERT     0x4500u
#define APIC_INIT_DEASSERT   0x8500u
#define APIC_STARTUP         0x4600u
#define APIC_IDS_OF_A_CPU    2u /* Xen numbers them so */
#define APIC_DESTINATION_BIT 24u

#define CR0_PROTECTED 1u
#define CR0_TYPE      0x10u

/* Attributes of a segment: present, and code or data that has been accessed, or a busy TSS. */
#define SEGMENT_CODE  0x9bu
#define SEGMENT_DATA  0x93u
#define SEGMENT_TASK  0x8bu
#define SEGMENT_32BIT 0xc00u
#define TASK_LIMIT    0x67u

enum command {
    COMMAND_NONE,
    COMMAND_DOWN,
};

enum way {
    WAY_32BIT,
    WAY_REAL_MODE,
    WAY_SIPI,
    WAYS,
};

static const char *const way_names[WAYS] = {"32-bit", "real-mode", "sipi"};

/* What a processor shares with the first one. */
struct ap {
    uint32_t marks; /* grows while it runs */
    uint32_t begun; /* how often it has come to ap_main */
    uint32_t downs, ups;
    uint32_t command;
};

extern uint32_t ap_cr0, ap_stack;
void ap_start16(void);
void ap_start32(void);
void ap_main(void);

static struct ap aps[CPUS_MOST];
static uint32_t ap_number;
static uint32_t disk_crc;

static long vcpu_op(unsigned op, unsigned cpu, const void *argument)
{
    return hypercall3(__HYPERVISOR_vcpu_op, op, cpu, (unsigned long)argument);
}

/* The whole life of a processor. It neither prints nor checks: only the first one does. */
void ap_main(void)
{
    unsigned cpu = shared_read(&ap_number);
    struct ap *ap = &aps[cpu];

    shared_write(&ap->begun, ap->begun + 1);
    for (;;) {
        shared_write(&ap->marks, ap->marks + 1);
        if (shared_read(&ap->command) == COMMAND_DOWN) {
            shared_write(&ap->command, COMMAND_NONE);
            shared_write(&ap->downs, ap->downs + 1);
            vcpu_op(VCPUOP_down, cpu, NULL);
            shared_write(&ap->ups, ap->ups + 1);
        }
        hypercall_yield();
    }
}

/**** Waits ****/

/* Wait until a number that another processor writes is no longer this one. */
static bool await_change(const uint32_t *number, uint32_t before)
{
    uint32_t since = platform_clock();

    while (shared_read(number) == before) {
        if (platform_elapsed_ms(since) >= LIMIT_MS)
            return false;
        hypercall_yield();
    }
    return true;
}

/* A processor that has called VCPUOP_down is up for a moment longer. */
static bool await_is_up(unsigned cpu, long expected)
{
    uint32_t since = platform_clock();

    while (vcpu_op(VCPUOP_is_up, cpu, NULL) != expected) {
        if (platform_elapsed_ms(since) >= LIMIT_MS)
            return false;
        hypercall_yield();
    }
    return true;
}

static void expect_is_up(unsigned cpu, long expected, const char *when)
{
    long got = vcpu_op(VCPUOP_is_up, cpu, NULL);

    check(got == expected, "processor %u, %s: expected is_up %x, got %x", cpu, when,
          (unsigned)expected, (unsigned)got);
}

static void expect_result(unsigned cpu, const char *what, long got, long expected)
{
    check(got == expected, "processor %u, %s: expected %x, got %x", cpu, what, (unsigned)expected,
          (unsigned)got);
}

/**** Ways to start a processor ****/

static void apic_command(unsigned cpu, uint32_t command)
{
    *(volatile uint32_t *)at(APIC_BASE + APIC_COMMAND_HIGH) = cpu * APIC_IDS_OF_A_CPU
                                                              << APIC_DESTINATION_BIT;
    *(volatile uint32_t *)at(APIC_BASE + APIC_COMMAND_LOW) = command;
}

/* This also takes back what VCPUOP_initialise has done. */
static void send_init(unsigned cpu)
{
    apic_command(cpu, APIC_INIT_ASSERT);
    apic_command(cpu, APIC_INIT_DEASSERT);
    check(await_is_up(cpu, 0), "processor %u: up after INIT", cpu);
}

static void start_by_sipi(unsigned cpu)
{
    uint8_t *page = at(SIPI_PAGE);
    uint32_t start = (uint32_t)ap_start16;

    memset(page, 0, STACK_BYTES);
    page[0] = JUMP_FAR;
    page[1] = (uint8_t)start;
    page[2] = (uint8_t)(start >> 8);
    apic_command(cpu, APIC_STARTUP | SIPI_PAGE >> 12);
}

static struct vcpu_hvm_context context_of(bool real)
{
    uint16_t more = real ? 0 : SEGMENT_32BIT;
    uint32_t limit = real ? UINT16_MAX : UINT32_MAX;

    return (struct vcpu_hvm_context){
        .mode = VCPU_HVM_MODE_32B,
        .cpu_regs.x86_32 =
            {
                .eip = (uint32_t)(real ? ap_start16 : ap_start32),
                .cr0 = CR0_TYPE | (real ? 0 : CR0_PROTECTED),
                .cs_limit = limit,
                .ds_limit = limit,
                .ss_limit = limit,
                .es_limit = limit,
                .tr_limit = TASK_LIMIT,
                .cs_ar = SEGMENT_CODE | more,
                .ds_ar = SEGMENT_DATA | more,
                .ss_ar = SEGMENT_DATA | more,
                .es_ar = SEGMENT_DATA | more,
                .tr_ar = SEGMENT_TASK,
            },
    };
}

static void start_by_xen(unsigned cpu, bool real)
{
    struct vcpu_hvm_context context = context_of(real);

    expect_result(cpu, "VCPUOP_up before VCPUOP_initialise", vcpu_op(VCPUOP_up, cpu, NULL),
                  -XEN_EINVAL);
    expect_result(cpu, "VCPUOP_initialise", vcpu_op(VCPUOP_initialise, cpu, &context), 0);
    expect_result(cpu, "VCPUOP_initialise again", vcpu_op(VCPUOP_initialise, cpu, &context),
                  -XEN_EEXIST);
    expect_is_up(cpu, 0, "initialised");
    expect_result(cpu, "VCPUOP_up", vcpu_op(VCPUOP_up, cpu, NULL), 0);
}

static void start(unsigned cpu, enum way way)
{
    struct ap *ap = &aps[cpu];
    uint32_t begun = shared_read(&ap->begun), mode = way == WAY_32BIT ? CR0_PROTECTED : 0;
    const char *by = way_names[way];

    expect_is_up(cpu, 0, "before it is started");
    shared_write(&ap_number, cpu);
    shared_write(&ap_stack, STACKS + (cpu + 1) * STACK_BYTES);
    shared_write(&ap_cr0, UINT32_MAX);
    if (way == WAY_SIPI) {
        send_init(cpu);
        start_by_sipi(cpu);
    } else {
        start_by_xen(cpu, way == WAY_REAL_MODE);
    }
    if (!check(await_change(&ap->begun, begun), "processor %u does not start by %s", cpu, by))
        done();
    uint32_t cr0 = shared_read(&ap_cr0);
    check((cr0 & CR0_PROTECTED) == mode, "processor %u, %s: CR0 is %x", cpu, by, cr0);
    check(await_change(&ap->marks, shared_read(&ap->marks)), "processor %u, %s: writes no marks",
          cpu, by);
    expect_is_up(cpu, 1, by);
    print("STARTED cpu=%u by=%s cr0=%x\n", cpu, by, cr0);
}

/* It stops itself, stands still, and goes on behind its own call. */
static void down_and_up(unsigned cpu)
{
    struct ap *ap = &aps[cpu];
    uint32_t downs = shared_read(&ap->downs), ups = shared_read(&ap->ups);

    shared_write(&ap->command, COMMAND_DOWN);
    check(await_change(&ap->downs, downs), "processor %u: takes no command", cpu);
    check(await_is_up(cpu, 0), "processor %u: up after its VCPUOP_down", cpu);
    uint32_t marks = shared_read(&ap->marks), since = platform_clock();
    while (platform_elapsed_ms(since) < CALM_MS / 10)
        hypercall_yield();
    check(shared_read(&ap->marks) == marks, "processor %u: goes on after VCPUOP_down", cpu);
    check(shared_read(&ap->ups) == ups, "processor %u: VCPUOP_down returns at once", cpu);
    expect_result(cpu, "VCPUOP_up after VCPUOP_down", vcpu_op(VCPUOP_up, cpu, NULL), 0);
    check(await_change(&ap->ups, ups), "processor %u: does not go on after VCPUOP_up", cpu);
    check(await_change(&ap->marks, marks), "processor %u: writes no marks after VCPUOP_up", cpu);
    expect_is_up(cpu, 1, "after VCPUOP_up");
}

/**** The firmware ****/

static uint32_t read_disk(uint32_t lba)
{
    struct packet packet = {.size = 0x10, .count = 16, .segment = LOW_BUFFERS >> 4, .lba = lba};
    struct outcome outcome;

    memset(at(LOW_BUFFERS), 0xff, 16 * SECTOR);
    outcome = int13_packet(0x42, boot_drive, &packet, 0);
    check(outcome.status == STATUS_SUCCESS, "int13: status %x", outcome.status);
    return crc32(at(LOW_BUFFERS), 16 * SECTOR);
}

/* A reset of the disk empties the firmware's cache, so the read that follows asks the backend. */
static void expect_firmware(const char *when)
{
    volatile uint32_t *ticks = at(TICK_COUNT);
    uint32_t before = *ticks, since = platform_clock();
    struct regs regs;

    int13_simple(0, boot_drive);
    check(read_disk(1) == disk_crc, "%s: int13 reads other data", when);
    while (*ticks - before < TICKS && platform_elapsed_ms(since) < LIMIT_MS) {
        regs = (struct regs){.eax = 0x0100};
        bios_int(0x16, &regs);
    }
    check(*ticks - before >= TICKS, "%s: only %u ticks", when, *ticks - before);
}

void guest_main(void)
{
    unsigned cpus = param_number("vcpus=", 2);

    if (!check(xen_port_init() == 0, "no hypercalls") || !check(cpus <= CPUS_MOST, "%u cpus", cpus))
        return;
    disk_crc = read_disk(1);
    expect_firmware("at the beginning");
    expect_is_up(0, 1, "the first one");
    expect_is_up(cpus, -XEN_ENOENT, "not of this guest");
    for (enum way way = 0; way < WAYS; way++) {
        for (unsigned cpu = 1; cpu < cpus; cpu++) {
            start(cpu, way);
            down_and_up(cpu);
        }
        expect_firmware(way_names[way]); /* while they run */
        for (unsigned cpu = 1; cpu < cpus; cpu++)
            send_init(cpu);
    }
    expect_firmware("at the end");
}
