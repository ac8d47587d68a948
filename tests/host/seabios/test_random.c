/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A twin that is driven from both sides in random order, compared with a copy of the image that the
 * test keeps. If the test fails, its note has the seed.
 */
#include "bios.h"
#include "bregs.h"
#include "seabios/int13/twin_table.h"

#include <string.h>

#define SEEDS 96u
#define STEPS 60u

/* All accesses are to these few sectors, so that they overlap. */
#define SECTORS 160u

#define DETECT_MODE 0xec00

static uint8_t expected[SECTORS * DISK_SECTOR_SIZE];
static struct bios_twin twin;
static struct emulated *floppy;
static uint64_t state;
static bool announced; /* an operating system has announced itself */
static unsigned served_by_pv, served_by_emulated, refused;

static unsigned below(unsigned limit)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)(state >> 33) % limit;
}

static uint8_t *expected_at(u64 sector)
{
    return expected + sector * DISK_SECTOR_SIZE;
}

/* Call the twin's drive; a read has to return what was written last. */
static void call(enum machine_caller caller, u8 command)
{
    u64 sector = below(SECTORS);
    unsigned max_count = below(2) ? 4 : SECTORS_MAX, left = SECTORS - (unsigned)sector;
    unsigned count = 1 + below(left < max_count ? left : max_count);

    if (command == CMD_WRITE)
        bios_renew_data();
    if (bios_call(caller, twin.drive, command, sector, count)) {
        /* SeaBIOS' driver of IDE is 16-bit code, the one of AHCI is 32-bit code. */
        CHECK(caller == CALLER_FLAT_32
                  ? twin.emulated->kind == EMULATED_IDE
                  : !machine_reaches_32bit(caller) && twin.emulated->kind == EMULATED_AHCI);
        CHECK_EQUAL(bios_count, 0);
        refused++;
        return;
    }
    CHECK_EQUAL(bios_count, count);
    if (command == CMD_WRITE)
        memcpy(expected_at(sector), bios_data, count * DISK_SECTOR_SIZE);
    else
        CHECK(!memcmp(expected_at(sector), bios_data, count * DISK_SECTOR_SIZE));
    *(XenpvTwins[0].state == TWIN_PV ? &served_by_pv : &served_by_emulated) += 1;
}

/* An operating system announces itself and drives the emulated disk itself. */
static void act_as_system(void)
{
    struct bregs regs = {.ax = DETECT_MODE};
    uint8_t sector[DISK_SECTOR_SIZE];
    u64 at = below(SECTORS);

    if (!announced)
        handle_15(&regs);
    announced = true;
    emulated_foreign_read(twin.emulated, at, sector);
    CHECK(!memcmp(sector, expected_at(at), sizeof(sector)));
    if (below(2))
        return;
    memset(sector, (int)below(256), sizeof(sector));
    emulated_foreign_write(twin.emulated, at, sector);
    memcpy(expected_at(at), sector, sizeof(sector));
}

static bool refuse_once(void *context, struct backend *backend,
                        const struct backend_request *request)
{
    (void)context;
    if (request->operation == BLKIF_OP_FLUSH_DISKCACHE)
        return false;
    backend->config.hook = NULL;
    backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return true;
}

/* Rare events, some of which make the twin fall back. */
static void disturb(bool dom0_reads)
{
    switch (below(8)) {
    case 0:
        twin.backend->config.hook = refuse_once;
        break;
    case 1:
        /* Not if dom0 reads the disk: only a backend can have dom0's cache dropped. */
        if (!dom0_reads && !twin.backend->gone && below(3) == 0)
            backend_vanish(twin.backend);
        break;
    case 2:
        act_as_system();
        break;
    case 3:
        machine.caller = CALLER_FLAT_32;
        handle_18();
        machine.caller = CALLER_REAL_MODE;
        break;
    case 4:
        world_pass_ms(below(2) ? 1100 : 5100);
        break;
    case 5:
        if (dom0_reads)
            emulated_cache_all(twin.emulated);
        else
            call(CALLER_VIRTUAL_8086, below(2) ? CMD_READ : CMD_WRITE);
        break;
    default:
        CHECK_EQUAL(bios_read(floppy->drive, below(SECTORS), 1), DISK_RET_SUCCESS);
        break;
    }
}

static void step(bool dom0_reads)
{
    /* A write of which PV has done a part, and which SeaBIOS' driver cannot do either, leaves
     * sectors with unknown content. */
    u8 command_32 = twin.emulated->kind != EMULATED_IDE && below(2) ? CMD_WRITE : CMD_READ;
    unsigned what = below(20);

    if (what < 7)
        call(CALLER_REAL_MODE, CMD_READ);
    else if (what < 13)
        call(CALLER_REAL_MODE, CMD_WRITE);
    else if (what < 15)
        call(CALLER_FLAT_32, command_32);
    else if (what < 16)
        CHECK_EQUAL(bios_call(CALLER_REAL_MODE, twin.drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
    else if (below(4) == 0)
        disturb(dom0_reads);
}

static void start(unsigned seed)
{
    static const enum emulated_kind kinds[] = {EMULATED_IDE, EMULATED_AHCI, EMULATED_LSI};

    state = seed;
    announced = false;
    bios_make_twin(&twin, seed / 3 % 2 ? "linger" : "strict", kinds[seed % 3]);
    floppy = emulated_add(EMULATED_FLOPPY, 0);
    for (u64 sector = 0; sector < SECTORS; sector++)
        disk_read(sector, expected_at(sector));
    /* The machine has run before, and dom0 has read its disk. */
    emulated_cache_all(twin.emulated);
    bios_start();
    CHECK_EQUAL(XenpvTwins[0].state, TWIN_PV);
}

/* At the end nothing is open, and both sides show what was written. */
static void finish(void)
{
    uint8_t sector[DISK_SECTOR_SIZE];

    machine.caller = CALLER_FLAT_32;
    handle_18();
    machine.caller = CALLER_REAL_MODE;
    world_check_clean();
    for (u64 at = 0; at < SECTORS; at++) {
        disk_read(at, sector);
        CHECK(!memcmp(sector, expected_at(at), sizeof(sector)));
        emulated_foreign_read(twin.emulated, at, sector);
        CHECK(!memcmp(sector, expected_at(at), sizeof(sector)));
    }
}

TEST(a_twin_that_is_driven_from_both_sides_shows_what_was_written_last)
{
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        start(seed);
        /* If a twin falls back without 32-bit code, dom0's old cache may show. */
        for (unsigned i = 0; i < STEPS; i++) {
            test_note("seed %u, step %u", seed, i);
            step(seed / 6 % 2);
        }
        finish();
    }
    /* All cases have occurred. */
    CHECK(served_by_pv > SEEDS && served_by_emulated > SEEDS && refused > 10);
}
