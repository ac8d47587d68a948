/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A system that lives on int13, in strict mode, does anything in random order: calls in several
 * modes to two drives and a floppy that show the same sectors, ticks, signs, and all of these from
 * handlers while a call waits. If the test fails, its note has the seed.
 */
#include "bios.h"
#include "bregs.h"
#include "memmap.h" // PAGE_SIZE
#include "memory_manager.h"
#include "post_state.h"
#include "seabios/int13/bios_disks.h"
#include "seabios/int13/drives_close.h"
#include "seabios/int13/kept.h"
#include "seabios/port/task.h"
#include "seabios/port/vcpi.h"
#include "xen/disk/disks.h"
#include "xen/disk/disks_handover.h"

#include <string.h>

#define SEEDS 60u
#define STEPS 150u

/* All accesses are to these few sectors, so that they overlap. */
#define SECTORS   160u
#define COUNT_MAX 20u

#define TICK_MS   55
#define TICKS_MAX 100u

/* Where callers in virtual 8086 mode have their buffer: a linear address. */
#define BUFFER       0x20000u
#define BUFFER_PAGES 4u

static uint8_t expected[SECTORS * DISK_SECTOR_SIZE];
static uint8_t memory[BUFFER_PAGES * PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static struct bios_twin twin;
static struct backend *backends[2];
static struct emulated *floppy;
static uint64_t state;
static bool unflushed[2], handling;
static bool may_end; /* from now on the system does also what lets no disk stay open again */
static unsigned left_open, refused, handled;

static unsigned below(unsigned limit)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)(state >> 33) % limit;
}

static uint8_t *expected_at(u64 sector)
{
    return expected + sector * DISK_SECTOR_SIZE;
}

static bool is_open(void)
{
    return bios_is_open(backends[0]) || bios_is_open(backends[1]);
}

static bool note_request(void *context, struct backend *backend,
                         const struct backend_request *request)
{
    unsigned which = backend == backends[1];

    (void)context;
    if (request->operation == BLKIF_OP_WRITE)
        unflushed[which] = true;
    if (request->operation == BLKIF_OP_FLUSH_DISKCACHE)
        unflushed[which] = false;
    return false;
}

static struct drive_s *any_drive(void)
{
    return below(2) ? twin.drive : bios_drive(1);
}

static void access_floppy(void)
{
    u64 sector = below(SECTORS);
    u8 command = below(2) ? CMD_READ : CMD_WRITE;

    bios_renew_data();
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, floppy->drive, command, sector, 1), DISK_RET_SUCCESS);
    if (command == CMD_WRITE)
        memcpy(expected_at(sector), bios_data, DISK_SECTOR_SIZE);
    else
        CHECK(!memcmp(expected_at(sector), bios_data, DISK_SECTOR_SIZE));
}

/* A call from real mode, or from virtual 8086 mode through VCPI. */
static void call(enum machine_caller caller)
{
    bool v86 = caller == CALLER_VIRTUAL_8086;
    uint8_t *buffer = v86 ? memory : bios_data;
    u8 command = below(5) < 2 ? CMD_WRITE : CMD_READ;
    u64 sector = below(SECTORS - COUNT_MAX);
    unsigned count = 1 + below(COUNT_MAX), bytes = count * DISK_SECTOR_SIZE;

    bios_renew_data();
    memcpy(memory, bios_data, bytes);
    /* The caller may change its buffer, but only after the call. */
    if (command == CMD_WRITE)
        memcpy(expected_at(sector), buffer, bytes);
    void *at = v86 ? (void *)(uintptr_t)BUFFER : buffer;
    CHECK_EQUAL(bios_call_at(caller, any_drive(), command, sector, count, at), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_count, count);
    CHECK(!memcmp(expected_at(sector), buffer, bytes));
    CHECK(!unflushed[0] && !unflushed[1]);
    /* After a restore a connection may be gone that the firmware has not used since. */
    CHECK_EQUAL(XenpvOpen, disks_are_open(xenpv_disks));
    if (is_open())
        CHECK_EQUAL(XenpvKept, DISKS_KEPT_OPEN);
    left_open += is_open();
    if (v86)
        CHECK(!is_open());
}

/* Handlers while a call waits: they change nothing but what the call does at its end. */
static void handle(void)
{
    static uint8_t other[DISK_SECTOR_SIZE];
    struct disk_op_s op = {.drive_fl = any_drive(),
                           .command = below(2) ? CMD_READ : CMD_WRITE,
                           .count = 1,
                           .buf_fl = other};

    handled++;
    switch (below(8)) {
    case 0:
        if (XenpvKept && below(5) == 0)
            xenpv_kept_sign_32(0);
        break;
    case 1:
        if (may_end && below(5) == 0)
            xenpv_close_32(XENPV_CLOSE_FOR_SYSTEM);
        break;
    case 2:
        xenpv_close_32(XENPV_CLOSE_FOR_OTHER_DRIVE);
        break;
    case 3:
    case 4:
        CHECK_EQUAL(process_op(&op), DISK_RET_ENOTREADY);
        refused++;
        break;
    default:
        world_pass_ms(TICK_MS);
        if (XenpvKept == DISKS_KEPT_OPEN)
            xenpv_kept_tick_32(0);
        break;
    }
}

static bool wait(void)
{
    if (task_pause())
        return true;
    if (handling || below(12))
        return false;
    handling = true;
    handle();
    handling = false;
    return false;
}

static void tick(enum machine_caller caller)
{
    world_pass_ms(TICK_MS);
    uint64_t before = clock_now_us();
    machine.caller = caller;
    handle_08();
    machine.caller = CALLER_REAL_MODE;
    CHECK_EQUAL(clock_now_us(), before);
}

static void check_closed(void)
{
    CHECK(!is_open());
    CHECK(!task_is_in_progress());
    world_check_clean();
}

static void pause_long(void)
{
    for (unsigned i = 0; i < TICKS_MAX && XenpvKept == DISKS_KEPT_OPEN; i++)
        tick(CALLER_REAL_MODE);
    check_closed();
}

static void sign(void)
{
    static const u16 signs[] = {0xe820, 0xe801, 0x8800, 0xec00};
    struct bregs regs = {.ax = signs[below(may_end ? 4 : 3)]};

    handle_15(&regs);
    check_closed();
}

static void rare(void)
{
    switch (below(6)) {
    case 0:
        sign();
        break;
    case 1:
        pause_long();
        break;
    case 2:
        bios_give_up();
        post_state_clear_task();
        check_closed();
        break;
    case 3:
        world_restore();
        break;
    case 4:
        world_pass_ms(below(2) ? 1100 : 5100);
        break;
    default:
        if (may_end)
            tick(CALLER_VIRTUAL_8086);
        break;
    }
}

static void step(void)
{
    unsigned what = below(40);

    if (what < 24)
        call(CALLER_REAL_MODE);
    else if (what < 25)
        call(may_end ? CALLER_VIRTUAL_8086 : CALLER_REAL_MODE_MOVED_IDT);
    else if (what < 34)
        tick(below(8) ? CALLER_REAL_MODE : CALLER_REAL_MODE_MOVED_IDT);
    else if (what < 36)
        access_floppy();
    else if (what < 37)
        rare();
    else
        world_pass_ms(below(100));
}

static void start(unsigned seed)
{
    state = seed;
    bios_make_twin(&twin, "strict", seed % 2 ? EMULATED_IDE : EMULATED_LSI);
    backends[0] = twin.backend;
    backends[1] = world_add_disk(XVD(4));
    floppy = emulated_add(EMULATED_FLOPPY, 0);
    unflushed[0] = unflushed[1] = false;
    for (u64 sector = 0; sector < SECTORS; sector++)
        disk_read(sector, expected_at(sector));
    bios_start();
    for (unsigned i = 0; i < 2; i++)
        backends[i]->config.hook = note_request;
    memory_manager_install("EMMXXXX0");
    for (unsigned i = 0; i < BUFFER_PAGES; i++)
        memory_manager.table[BUFFER / PAGE_SIZE + i] =
            (uint32_t)(uintptr_t)memory + i * PAGE_SIZE + MANAGER_ALL;
    clock_set_pause_hook(wait);
}

static void finish(void)
{
    uint8_t sector[DISK_SECTOR_SIZE];

    pause_long();
    for (u64 at = 0; at < SECTORS; at++) {
        disk_read(at, sector);
        CHECK(!memcmp(sector, expected_at(at), sizeof(sector)));
    }
}

TEST(a_system_that_lives_on_int13_reads_what_was_written_and_leaves_nothing_open)
{
    left_open = refused = handled = 0;
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        start(seed);
        for (unsigned i = 0; i < STEPS; i++) {
            test_note("seed %u, step %u", seed, i);
            may_end = i > STEPS / 2;
            step();
        }
        finish();
    }
    clock_set_pause_hook(task_pause);
    /* All cases have occurred. */
    CHECK(left_open > 10 * SEEDS && refused > SEEDS && handled > 4 * SEEDS);
}
