/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Disks that strict mode leaves open: ticks and signs of a starting system close them. */
#include "bios.h"
#include "biosvar.h"
#include "bregs.h"
#include "seabios/int13/bios_disks.h"
#include "seabios/int13/kept.h"
#include "seabios/port/task.h"
#include "stacks.h"
#include "xen/disk/disks_handover.h"

#define NEEDED CONFIG_XENPV_WRITES_TO_KEEP_OPEN

/* More than a close takes. */
#define TICKS_MAX 40u

#define TICK_MS 55

static struct backend *backend;

static void prove(void)
{
    for (unsigned i = 0; i < NEEDED; i++)
        bios_check_write(bios_drive(0), 40 + i, 1);
    CHECK(bios_is_open(backend));
    CHECK_EQUAL(XenpvKept, DISKS_KEPT_OPEN);
}

static void start_proven(void)
{
    bios_reset("strict");
    backend = world_add_disk(XVD(4));
    bios_start();
    CHECK(!bios_is_open(backend));
    prove();
}

static void tick_in(enum machine_caller caller)
{
    world_pass_ms(TICK_MS);
    world_run();
    machine.caller = caller;
    handle_08();
    machine.caller = CALLER_REAL_MODE;
}

static void tick(void)
{
    tick_in(CALLER_REAL_MODE);
}

/* Return: the number of ticks until the disks are closed, or TICKS_MAX. */
static unsigned ticks_to_close(void)
{
    unsigned ticks = 0;

    while (XenpvKept == DISKS_KEPT_OPEN && ticks < TICKS_MAX) {
        tick();
        ticks++;
    }
    return ticks;
}

static void call_15(enum machine_caller caller, u16 function)
{
    struct bregs regs = {.ax = function};

    machine.caller = caller;
    /* SeaBIOS' entry of int15 tells them apart. */
    if (regs.ah == 0x89)
        handle_1589(&regs);
    else
        handle_15(&regs);
    machine.caller = CALLER_REAL_MODE;
}

/* Begin to close the disk by ticks, and stop before the close has ended. */
static void begin_to_close(void)
{
    for (unsigned i = 0; i < 4; i++)
        tick();
    CHECK(task_is_in_progress());
}

/**** Ticks ****/

TEST(ticks_close_a_disk_that_strict_mode_has_left_open_step_by_step)
{
    start_proven();
    tick();
    CHECK(bios_is_open(backend));
    CHECK(!task_is_in_progress());
    unsigned ticks = ticks_to_close();
    CHECK(ticks > 2 && ticks < TICKS_MAX);
    CHECK(!bios_is_open(backend));
    CHECK_EQUAL(XenpvOpen, 0);
    world_check_clean();
}

TEST(ticks_in_a_call_are_no_pause)
{
    start_proven();
    for (unsigned i = 0; i < 5; i++) {
        CHECK(disks_hold(xenpv_disks));
        for (unsigned k = 0; k < 4; k++)
            tick();
        disks_release(xenpv_disks);
        bios_check_write(bios_drive(0), 50, 1);
        tick();
        CHECK(!task_is_in_progress());
        CHECK(bios_is_open(backend));
    }
}

TEST(a_tick_does_not_wait)
{
    start_proven();
    for (unsigned i = 0; i < TICKS_MAX; i++) {
        world_pass_ms(TICK_MS);
        uint64_t before = clock_now_us();
        handle_08();
        CHECK_EQUAL(clock_now_us(), before);
    }
    CHECK_EQUAL(XenpvKept, DISKS_KEPT_COUNTED);
}

TEST(a_tick_does_not_move_the_table_of_interrupts)
{
    start_proven();
    machine.caller = CALLER_REAL_MODE_MOVED_IDT;
    uint32_t address = machine_idt_address();
    xenpv_kept_tick();
    machine.caller = CALLER_REAL_MODE;
    CHECK_EQUAL(machine.idt_loaded, address);
}

TEST(a_tick_without_an_open_disk_does_not_enter_32_bit_code)
{
    start_proven();
    ticks_to_close();
    unsigned calls = machine.calls_32;
    xenpv_kept_tick();
    CHECK_EQUAL(machine.calls_32, calls);
}

TEST(a_call_in_the_middle_of_a_close_is_served)
{
    for (unsigned ticks = 2; ticks < 12; ticks++) {
        start_proven();
        for (unsigned i = 0; i < ticks; i++)
            tick();
        test_note("after %u ticks", ticks);
        bios_check_read(bios_drive(0), 1000, 3);
        bios_check_write(bios_drive(0), 1000, 3);
        CHECK(bios_is_open(backend));
        ticks_to_close();
        CHECK(!bios_is_open(backend));
        world_check_clean();
    }
}

static unsigned waits, refused;

/* An interrupt in a wait: a tick, whose handler also calls int13. */
static bool interrupt_a_wait(void)
{
    if (task_pause())
        return true;
    if (waits++ % 3)
        return false;
    xenpv_kept_tick_32(0);
    struct disk_op_s op = {
        .drive_fl = bios_drive(0), .command = CMD_READ, .count = 1, .buf_fl = bios_data};
    refused += process_op(&op) == DISK_RET_ENOTREADY;
    CHECK_EQUAL(op.count, 0);
    return false;
}

TEST(a_call_in_an_interrupt_of_a_call_that_ends_the_close_is_refused)
{
    start_proven();
    begin_to_close();
    waits = refused = 0;
    clock_set_pause_hook(interrupt_a_wait);
    CHECK_EQUAL(bios_read(bios_drive(0), 1000, 3), DISK_RET_SUCCESS);
    clock_set_pause_hook(task_pause);
    CHECK(refused > 1);
    CHECK(bios_is_open(backend));
    ticks_to_close();
    world_check_clean();
}

TEST(a_backend_that_does_not_close_delays_no_tick)
{
    start_proven();
    backend->config.silent = true;
    for (unsigned i = 0; i < 400; i++) {
        world_pass_ms(TICK_MS);
        uint64_t before = clock_now_us();
        handle_08();
        CHECK_EQUAL(clock_now_us(), before);
    }
    CHECK(!task_is_in_progress());
}

/**** Signs ****/

TEST(a_question_about_memory_or_the_switch_to_protected_mode_closes_the_disks_at_once)
{
    static const u16 signs[] = {0xe820, 0xe801, 0x8800, 0x88ff, 0x8900, 0xec00};

    for (unsigned i = 0; i < ARRAY_SIZE(signs); i++) {
        start_proven();
        test_note("AX=%x", signs[i]);
        call_15(CALLER_REAL_MODE, signs[i]);
        CHECK(!bios_is_open(backend));
        world_check_clean();
        bios_check_write(bios_drive(0), 7, 1);
        CHECK(!bios_is_open(backend));
    }
}

TEST(other_calls_of_int15_close_nothing)
{
    static const u16 others[] = {0x2400, 0x8300, 0x8600, 0x8700, 0xc000, 0xe881};

    start_proven();
    for (unsigned i = 0; i < ARRAY_SIZE(others); i++)
        call_15(CALLER_REAL_MODE, others[i]);
    CHECK(bios_is_open(backend));
}

TEST(a_sign_in_the_middle_of_a_close_finds_the_disks_closed)
{
    start_proven();
    begin_to_close();
    call_15(CALLER_REAL_MODE, 0xe820);
    CHECK(!bios_is_open(backend));
    CHECK(!task_is_in_progress());
    world_check_clean();
}

TEST(another_boot_in_the_middle_of_a_close_finds_the_disks_closed)
{
    static void (*const again[])(void) = {handle_18, handle_19};

    for (unsigned i = 0; i < ARRAY_SIZE(again); i++) {
        start_proven();
        begin_to_close();
        machine.caller = CALLER_FLAT_32;
        again[i]();
        machine.caller = CALLER_REAL_MODE;
        CHECK(!task_is_in_progress());
        CHECK(!bios_is_open(backend));
        world_check_clean();
    }
}

static u8 *lowest;

static bool note_stack(void)
{
    if (task_pause())
        return true;
    if (StackPos < lowest)
        lowest = StackPos;
    return false;
}

/* fault: call that never ends | a handler starts another boot while a call waits, and interrupts
 * come while the disks are closed for it | their handlers have all of the stack */
TEST(handlers_in_the_close_for_another_boot_begin_at_the_top_of_the_stack)
{
    u8 *top = &ExtraStack[BUILD_EXTRA_STACK_SIZE] - SYMBOL(zonelow_base);

    start_proven();
    CHECK(disks_hold(xenpv_disks));
    StackPos = top - 2000;
    lowest = top;
    clock_set_pause_hook(note_stack);
    machine.caller = CALLER_FLAT_32;
    handle_19();
    machine.caller = CALLER_REAL_MODE;
    clock_set_pause_hook(task_pause);
    CHECK(!bios_is_open(backend));
    CHECK(lowest == top);
}

/**** Modes that 32-bit code cannot be reached from ****/

TEST(after_a_tick_in_virtual_8086_mode_no_disk_stays_open)
{
    static const enum machine_caller callers[] = {CALLER_VIRTUAL_8086, CALLER_PROTECTED_16};

    for (unsigned i = 0; i < ARRAY_SIZE(callers); i++) {
        start_proven();
        tick_in(callers[i]);
        bios_check_write(bios_drive(0), 3, 1);
        CHECK(!bios_is_open(backend));
        world_check_clean();
        for (unsigned k = 0; k < 2 * NEEDED; k++)
            bios_check_write(bios_drive(0), k, 1);
        CHECK(!bios_is_open(backend));
    }
}

TEST(after_a_call_in_virtual_8086_mode_the_next_tick_closes_the_disks)
{
    start_proven();
    CHECK(bios_call(CALLER_VIRTUAL_8086, bios_drive(0), CMD_READ, 0, 1) != DISK_RET_SUCCESS);
    ticks_to_close();
    CHECK(!bios_is_open(backend));
    bios_check_write(bios_drive(0), 3, 1);
    CHECK(!bios_is_open(backend));
}

TEST(after_a_call_to_another_drive_in_virtual_8086_mode_no_disk_stays_open)
{
    bios_reset("strict");
    backend = world_add_disk(XVD(4));
    struct emulated *floppy = emulated_add(EMULATED_FLOPPY, 0);
    bios_start();
    prove();
    CHECK_EQUAL(bios_call(CALLER_VIRTUAL_8086, floppy->drive, CMD_READ, 0, 1), DISK_RET_SUCCESS);
    bios_check_write(bios_drive(0), 3, 1);
    CHECK(!bios_is_open(backend));
}

/**** Twins ****/

static void start_proven_twin(struct bios_twin *twin)
{
    bios_start_twin(twin, "strict", EMULATED_IDE);
    backend = twin->backend;
    for (unsigned i = 0; i < NEEDED; i++)
        bios_check_write(twin->drive, 40 + i, 1);
    CHECK(bios_is_open(backend));
}

TEST(a_twin_stays_open_and_is_closed_as_other_disks_are)
{
    struct bios_twin twin;

    start_proven_twin(&twin);
    bios_check_served_by(&twin, 'p');
    ticks_to_close();
    CHECK(!bios_is_open(backend));
    world_check_clean();
    bios_check_served_by(&twin, 'p');
}

TEST(the_emulated_disk_of_a_twin_shows_what_was_written_while_it_stayed_open)
{
    struct bios_twin twin;

    start_proven_twin(&twin);
    /* A program in dom0 reads the device. */
    emulated_cache_all(twin.emulated);
    bios_check_write(twin.drive, 40, 3);
    ticks_to_close();
    for (unsigned i = 0; i < 3; i++)
        emulated_foreign_read(twin.emulated, 40 + i, bios_data + i * DISK_SECTOR_SIZE);
    CHECK(bios_is_in_image(40, 3));
    world_check_clean();
}

/* fault: call within a call | another boot begins while ticks connect a disk that is emulated as
 * well once more, to have dom0's page cache dropped | the close for that boot does it */
TEST(the_emulated_disk_of_a_twin_shows_what_was_written_if_another_boot_ends_the_close)
{
    struct bios_twin twin;

    for (unsigned ticks = 2; ticks < TICKS_MAX; ticks++) {
        start_proven_twin(&twin);
        emulated_cache_all(twin.emulated);
        bios_check_write(twin.drive, 40, 3);
        for (unsigned i = 0; i < ticks; i++)
            tick();
        test_note("after %u ticks", ticks);
        machine.caller = CALLER_FLAT_32;
        handle_19();
        machine.caller = CALLER_REAL_MODE;
        for (unsigned i = 0; i < 3; i++)
            emulated_foreign_read(twin.emulated, 40 + i, bios_data + i * DISK_SECTOR_SIZE);
        CHECK(bios_is_in_image(40, 3));
    }
}

TEST(a_tick_of_a_pvh_guest_closes_the_disks_as_well)
{
    start_proven();
    for (unsigned i = 0; i < TICKS_MAX; i++) {
        world_pass_ms(TICK_MS);
        xenpv_kept_tick();
    }
    CHECK(!bios_is_open(backend));
    world_check_clean();
}
