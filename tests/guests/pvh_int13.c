/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Uses int13 of a PVH guest while the timer ticks: an int 8 that calls int13 itself, also in the
 * middle of the program's own calls; calls on a stack of few bytes; calls with interrupts off, and
 * after they were off for long; waits that must find their registers unchanged; an int 8 that does
 * not return, after which int13 still works.
 *
 * Drives: 81h and all after it. The program writes each, reads it back, and prints its writes for
 * tests/dom0-tools/check-writes.c, as the program writes does.
 */
#include "clock.h"
#include "drives.h"
#include "pattern.h"

#define TIMER_VECTOR 0x08u
#define WAIT_VECTOR  0x60u
#define OFF_VECTOR   0x61u
#define CALL_VECTOR  0x62u
#define SPIN_VECTOR  0x63u
#define LEAVE_VECTOR 0x64u

#define TICK_US 54925u
#define OFF_MS  300u
#define WAIT_US 500000u
#define ROUNDS  2u

/* A call to an open disk is much shorter than a tick: how many of them wait for a tick to meet one.
 */
#define NESTED_MOST 400u

#define FLAG_INTERRUPT 0x200u
#define FLAG_DIRECTION 0x400u
#define NOT_READY      0xaa

#define BUFFER      (LOW_BUFFERS + 0x10000)
#define NEST_BUFFER (LOW_BUFFERS + 0x30000)

/* The stack of the calls: what is below it is the end of its segment. */
#define STACK_SEGMENT 0x8000u
#define STACK_BYTES   0x140u
#define STACK_BELOW   0x100u
#define STACK_FILL    0xa5u
#define STACK_MOST    256u

/* A copy of the vectors. */
#define OTHER_VECTORS 0x84000u
#define VECTORS_BYTES 0x400u

struct table {
    uint16_t limit;
    uint32_t base;
} __attribute__((packed));

struct values {
    uint32_t eax, ebx, ecx, edx, esi, edi, ebp, esp;
    uint16_t ds, es, fs, gs, flags;
};

extern uint32_t tick_bios, off_counts, nest_on, nest_drive, nest_first, nest_last, nest_odd,
    nest_wrong, nest_inside[256], nest_outside[256], outer_ss, outer_sp, outer_flags, spin_esp;
extern volatile uint32_t tick_count, spin_left;
extern struct packet nest_packet;
extern struct values spin_values;
extern struct table spin_idt;
void nest_tick(void);
void outer_call(void);
void spin(void);
void tick_wait(void);
void keep_off(void);
void leave(void);

static uint32_t next_salt, calls;
static uint32_t nested_busy;

static void set_vector(uint32_t number, void (*handler)(void))
{
    *((volatile uint32_t *)at(0) + number) = (uint32_t)handler;
}

static void run(uint8_t vector)
{
    struct regs regs = {0};

    bios_int(vector, &regs);
}

static void wait_ticks(uint32_t count)
{
    spin_left = count;
    run(WAIT_VECTOR);
}

/**** The stack of the calls ****/

static void stack_fill(void)
{
    memset(at(STACK_SEGMENT << 4), STACK_FILL, STACK_BYTES);
    memset(at((STACK_SEGMENT << 4) + 0x10000 - STACK_BELOW), STACK_FILL, STACK_BELOW);
}

static uint32_t stack_used(void)
{
    const uint8_t *bottom = at(STACK_SEGMENT << 4);
    const uint8_t *below = at((STACK_SEGMENT << 4) + 0x10000 - STACK_BELOW);
    uint32_t unused = 0;

    for (uint32_t i = 0; i < STACK_BELOW; i++) {
        if (below[i] != STACK_FILL)
            return STACK_BYTES + STACK_BELOW - i;
    }
    while (unused < STACK_BYTES && bottom[unused] == STACK_FILL)
        unused++;
    return STACK_BYTES - unused;
}

/**** Calls ****/

/* The call of the program's own, with interrupts on or off. */
static bool call(uint8_t function, uint8_t drive, uint32_t lba, uint32_t count, bool interrupts)
{
    static struct packet packet;
    struct regs regs = {.eax = (uint32_t)function << 8, .edx = drive, .esi = (uint32_t)&packet};
    uint32_t wanted = 2 | (interrupts ? FLAG_INTERRUPT : 0);

    packet =
        (struct packet){.size = 0x10, .count = (uint16_t)count, .segment = BUFFER >> 4, .lba = lba};
    outer_ss = STACK_SEGMENT;
    outer_sp = STACK_BYTES;
    outer_flags = wanted;
    bios_int(CALL_VECTOR, &regs);
    calls++;
    uint8_t status = (uint8_t)(regs.eax >> 8);
    check(!!(outer_flags & FLAG_INTERRUPT) == interrupts,
          "drive %x function %x: it returns with interrupts %u, it was called with %u", drive,
          function, !!(outer_flags & FLAG_INTERRUPT), interrupts);
    return check(!status && !(outer_flags & FLAG_CARRY) && packet.count == count,
                 "drive %x function %x lba %x count %x: status %x, carry %u, count %x", drive,
                 function, lba, count, status, outer_flags & FLAG_CARRY, packet.count);
}

static void expect_pattern(uint8_t drive, uint32_t lba, uint32_t count, uint32_t salt)
{
    const uint32_t *words = at(BUFFER);

    for (uint32_t i = 0; i < count * PATTERN_WORDS; i++) {
        uint32_t sector = lba + i / PATTERN_WORDS;
        if (words[i] != pattern_word(sector, salt, i % PATTERN_WORDS)) {
            check(false, "drive %x lba %x count %x: sector %x, word %u is wrong", drive, lba, count,
                  sector, i % PATTERN_WORDS);
            return;
        }
    }
    check(true, "data");
}

/* Write, and read back. */
static void use(uint8_t drive, bool interrupts)
{
    uint32_t count = 1 + random_below(MOST_SECTORS), salt = ++next_salt;
    uint32_t lba = drive_any_lba(drive, FORM_LBA, count);
    struct transfer write = {.operation = OPERATION_WRITE,
                             .form = FORM_LBA,
                             .drive = drive,
                             .lba = lba,
                             .count = count,
                             .buffer = BUFFER};
    uint32_t *words = at(BUFFER);

    /* The nested reads' sector stays as it is. */
    if (lba == 0)
        lba = write.lba = 1;
    if (lba + count > drive_of(drive)->sectors)
        count = write.count = count - 1;
    if (!count)
        return;
    for (uint32_t i = 0; i < count * PATTERN_WORDS; i++)
        words[i] = pattern_word(lba + i / PATTERN_WORDS, salt, i % PATTERN_WORDS);
    transfer_place(&write);
    if (!call(0x43, drive, lba, count, interrupts))
        return;
    transfer_report('W', &write, salt);
    memset(at(BUFFER), 0, count * SECTOR);
    if (call(0x42, drive, lba, count, interrupts))
        expect_pattern(drive, lba, count, salt);
}

/**** Nested calls ****/

/* The program's own calls have interrupts off: so ticks come only while int13 waits. */
static void nest_begin(uint8_t drive)
{
    const uint32_t *words = at(BUFFER);

    /* What is in its first sector. */
    if (!call(0x42, drive, 0, 1, true))
        return;
    nest_first = words[0];
    nest_last = words[PATTERN_WORDS - 1];
    nest_packet = (struct packet){.size = 0x10, .count = 1, .segment = NEST_BUFFER >> 4};
    nest_drive = drive;
    memset(nest_inside, 0, sizeof(nest_inside));
    memset(nest_outside, 0, sizeof(nest_outside));
    nest_odd = nest_wrong = 0;
    nest_on = 1;
}

/* A disk is busy in the middle of a call, and no other may be used then; else it reads. */
static void nest_end(const char *what, bool outside)
{
    uint32_t strange = 0;

    nest_on = 0;
    for (uint32_t status = 0; status < 256; status++) {
        if (status != NOT_READY)
            strange += nest_inside[status];
        if (status != STATUS_SUCCESS)
            strange += nest_outside[status];
    }
    print("%s: int 8 reads: %u in a call refused, %u others good\n", what, nest_inside[NOT_READY],
          nest_outside[STATUS_SUCCESS]);
    check(!strange, "%s: %u nested calls have another status than expected", what, strange);
    for (uint32_t status = 0; strange && status < 256; status++) {
        if (nest_inside[status] || nest_outside[status])
            print("%s: status %x: %u in a call, %u others\n", what, status, nest_inside[status],
                  nest_outside[status]);
    }
    check(!nest_odd, "%s: %u nested calls have a carry that contradicts the status", what,
          nest_odd);
    check(!nest_wrong, "%s: %u nested calls read wrong data", what, nest_wrong);
    check(!outside || nest_outside[STATUS_SUCCESS], "%s: no nested call was good", what);
    nested_busy += nest_inside[NOT_READY];
}

static void nested_calls(void)
{
    for (unsigned outer = 1; outer < drive_count; outer++) {
        for (unsigned nested = 1; nested < drive_count; nested++) {
            nest_begin((uint8_t)(FIRST_DRIVE + nested));
            for (uint32_t i = 0; i < ROUNDS / 2; i++)
                use((uint8_t)(FIRST_DRIVE + outer), false);
            nest_end("calls", false);
        }
    }
    nest_begin(BIG_DRIVE);
    for (uint32_t i = 0; i < NESTED_MOST && !nest_inside[NOT_READY] && !nested_busy; i++)
        use(BIG_DRIVE, false);
    nest_end("more calls", false);
    check(nested_busy, "no tick came in the middle of a call");

    nest_begin(BIG_DRIVE);
    wait_ticks(4);
    nest_end("HLT", true);

    /* The BIOS waits, and the nested call waits within. */
    struct regs regs = {.eax = 0x8600, .ecx = WAIT_US >> 16, .edx = WAIT_US & 0xffff};
    nest_begin(BIG_DRIVE);
    bios_int(0x15, &regs);
    nest_end("int15 86h", true);
    check(!(regs.eflags & FLAG_CARRY), "int15 86h with nested calls fails");
}

/**** Ticks ****/

static void check_ticks(const char *what, uint32_t ticks, uint64_t begun)
{
    uint32_t microseconds = clock_microseconds(clock_read() - begun);

    check(ticks <= microseconds / TICK_US + 2, "%s: %u ticks in %u microseconds", what, ticks,
          microseconds);
}

static void plain_calls(void)
{
    uint64_t begun = clock_read();
    uint32_t before = tick_count;

    stack_fill();
    calls = 0;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        for (unsigned drive = 1; drive < drive_count; drive++)
            use((uint8_t)(FIRST_DRIVE + drive), true);
    }
    uint32_t ticks = tick_count - before;
    print("calls: %u in %u ms, %u ticks; a call and a tick take %u bytes of the stack\n", calls,
          clock_microseconds(clock_read() - begun) / 1000, ticks, stack_used());
    check_ticks("calls", ticks, begun);
    check(ticks, "no tick came while int13 worked");
    check(stack_used() <= STACK_MOST, "a call and a tick take %u bytes of the program's stack",
          stack_used());
}

static void interrupts_off(void)
{
    for (unsigned drive = 1; drive < drive_count; drive++) {
        for (uint32_t i = 0; i < ROUNDS / 2; i++) {
            uint64_t begun = clock_read();
            uint32_t before = tick_count;
            run(OFF_VECTOR);
            use((uint8_t)(FIRST_DRIVE + drive), false);
            check_ticks("interrupts off", tick_count - before, begun);
        }
    }
}

/* Registers of a program that waits. */
static void check_registers(const char *what, uint32_t base)
{
    static const struct values expected = {
        .eax = 0xa1b2c3d4,
        .ebx = 0xb1c2d3e4,
        .ecx = 0xc1d2e3f4,
        .edx = 0xd1e2f3a4,
        .esi = 0xe1f2a3b4,
        .edi = 0xf1a2b3c4,
        .ebp = 0x91827364,
        .ds = 0x3456,
        .es = 0x4567,
        .fs = 0x5678,
        .gs = 0x6789,
    };
    const struct values *got = &spin_values;

    memcpy(at(OTHER_VECTORS), at(0), VECTORS_BYTES);
    spin_idt = (struct table){.limit = VECTORS_BYTES - 1, .base = base};
    spin_left = 3;
    run(SPIN_VECTOR);
    check(got->eax == expected.eax && got->ebx == expected.ebx && got->ecx == expected.ecx &&
              got->edx == expected.edx,
          "%s: a tick changes registers: eax=%x ebx=%x ecx=%x edx=%x", what, got->eax, got->ebx,
          got->ecx, got->edx);
    check(got->esi == expected.esi && got->edi == expected.edi && got->ebp == expected.ebp &&
              got->esp == spin_esp,
          "%s: a tick changes registers: esi=%x edi=%x ebp=%x esp=%x", what, got->esi, got->edi,
          got->ebp, got->esp);
    check(got->ds == expected.ds && got->es == expected.es && got->fs == expected.fs &&
              got->gs == expected.gs,
          "%s: a tick changes segments: ds=%x es=%x fs=%x gs=%x", what, got->ds, got->es, got->fs,
          got->gs);
    check(got->flags & FLAG_DIRECTION, "%s: a tick changes flags: %x", what, got->flags);
    check(spin_idt.base == base && spin_idt.limit == VECTORS_BYTES - 1,
          "%s: a tick moves the table of interrupts from %x to %x", what, base, spin_idt.base);
}

void guest_main(void)
{
    clock_find_rate();
    if (!drives_learn())
        return;
    tick_bios = *((volatile uint32_t *)at(0) + TIMER_VECTOR);
    set_vector(WAIT_VECTOR, tick_wait);
    set_vector(OFF_VECTOR, keep_off);
    set_vector(CALL_VECTOR, outer_call);
    set_vector(SPIN_VECTOR, spin);
    set_vector(LEAVE_VECTOR, leave);
    set_vector(TIMER_VECTOR, nest_tick);
    off_counts = (uint32_t)clock_counts(OFF_MS);

    plain_calls();
    interrupts_off();
    nested_calls();
    check_registers("vectors at 0", 0);
    check_registers("vectors elsewhere", OTHER_VECTORS);

    uint64_t begun = clock_read();
    uint32_t before = tick_count;
    wait_ticks(18);
    check_ticks("at the end", tick_count - before, begun);

    /* The BIOS never learns that this tick has ended, so no other comes. */
    run(LEAVE_VECTOR);
    print("left: %u ticks in %u ms after an int 8 that does not return\n", tick_count, OFF_MS);
    use(BIG_DRIVE, true);
    *((volatile uint32_t *)at(0) + TIMER_VECTOR) = tick_bios;
}
