/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * An emulated CD-ROM drive that PV serves, with a hard disk on the same channel: media, resets,
 * drivers and callers in random order. A read returns blocks of the medium that is in the drive. If
 * the test fails, its note has the seed.
 */
#include "bios.h"
#include "cd_unit.h"
#include "seabios/int13/twin_table.h"

#include <stdio.h>

#define SEEDS 200u
#define STEPS 60u

/* The media are parts of the model's disk: the first one; one of the same size with the same volume
 * descriptor; and a smaller one. */
#define DESCRIPTOR     16u
#define SIMILAR_SECTOR (4 * WORLD_DISK_SECTORS)
#define SMALL_SECTOR   1024u
#define SMALL_BLOCKS   300u

static struct backend *backend;
static struct emulated *cd, *disk;
static uint64_t state;
static bool reported; /* the drive has reported its last change */
static unsigned served_by_pv, served_by_emulated, failed;

static unsigned below(unsigned limit)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)(state >> 33) % limit;
}

static enum machine_caller any_caller(void)
{
    static const enum machine_caller callers[] = {
        CALLER_REAL_MODE, CALLER_REAL_MODE,    CALLER_REAL_MODE,
        CALLER_FLAT_32,   CALLER_VIRTUAL_8086, CALLER_PROTECTED_16,
    };

    return callers[below(ARRAY_SIZE(callers))];
}

static void set_type(void)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/device-type", backend->frontend);
    store_write(path, "cdrom");
}

static void make_similar(void)
{
    uint8_t sector[DISK_SECTOR_SIZE];

    for (unsigned i = 0; i < BLOCK_SECTORS; i++) {
        disk_read(DESCRIPTOR * BLOCK_SECTORS + i, sector);
        disk_write(SIMILAR_SECTOR + DESCRIPTOR * BLOCK_SECTORS + i, sector);
    }
}

static void start(void)
{
    bios_reset(below(2) ? "linger" : "strict");
    backend = world_add_disk_of(HDC, BACKEND_QDISK_OLD);
    set_type();
    cd = emulated_add(EMULATED_CD, UNIT);
    disk = emulated_add(EMULATED_IDE, UNIT + 1);
    if (below(2))
        world_add_disk(HDD);
    make_similar();
    bios_start();
    reported = true;
}

static void read_blocks(void)
{
    u64 block = below(SMALL_BLOCKS - BLOCKS_MAX);
    unsigned count = 1 + below(below(2) ? 4 : BLOCKS_MAX);

    if (bios_call(any_caller(), cd->drive, CMD_READ, block, count)) {
        /* Of a medium that is in the drive only the report of the change fails. */
        CHECK(!cd->medium.blocks || !reported);
        reported = cd->medium.blocks;
        failed++;
        return;
    }
    CHECK(cd->medium.blocks && reported);
    CHECK_EQUAL(bios_count, count);
    CHECK(bios_is_in_image(cd->medium.first_sector + block * BLOCK_SECTORS, count * BLOCK_SECTORS));
    *(XenpvTwins[twin_find(cd->drive)].state == TWIN_PV ? &served_by_pv : &served_by_emulated) += 1;
}

/* xl cd-insert and cd-eject. Sometimes xenstore has the name of the image only later. */
static void change_medium(void)
{
    static const struct {
        uint64_t first;
        uint32_t blocks;
        const char *params;
    } media[] = {
        {0, BLOCKS, "aio:/disk.img"},
        {SIMILAR_SECTOR, BLOCKS, "aio:/similar.iso"},
        {SMALL_SECTOR, SMALL_BLOCKS, "aio:/small.iso"},
        {0, 0, ""},
    };
    unsigned next = below(ARRAY_SIZE(media));

    emulated_insert(cd, media[next].first, media[next].blocks);
    reported = false;
    if (below(2))
        backend_write_key(backend, "params", media[next].params);
}

/* A reset takes the report away; what the firmware asks before it does so, too. */
static void reset(struct drive_s *drive)
{
    enum machine_caller caller = any_caller();

    /* SeaBIOS' driver of IDE is 16-bit code. */
    if (caller == CALLER_FLAT_32)
        caller = CALLER_REAL_MODE;
    CHECK_EQUAL(bios_call(caller, drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
    reported = true;
}

/* A driver that takes the report away. */
static void foreign_command(void)
{
    uint8_t sector[DISK_SECTOR_SIZE];

    if (below(2))
        emulated_foreign_dma(cd);
    else
        emulated_foreign_read(cd, 0, sector);
    cd->medium.changed = false;
    reported = true;
}

static void restore(void)
{
    world_restore();
    set_type();
}

static void step(void)
{
    switch (below(32)) {
    case 0:
    case 1:
        change_medium();
        break;
    case 2:
        reset(cd->drive);
        break;
    case 3:
    case 4:
        reset(disk->drive);
        break;
    case 5:
        if (!below(4))
            foreign_command();
        break;
    case 6:
        if (!below(8))
            restore();
        break;
    case 7:
    case 8:
        world_pass_ms(below(2000));
        break;
    case 9:
    case 10:
        bios_check_read(disk->drive, below(1000), 1 + below(8));
        break;
    default:
        read_blocks();
        break;
    }
}

TEST(a_cd_rom_drive_in_random_use_shows_the_medium_that_is_in_it)
{
    served_by_pv = served_by_emulated = failed = 0;
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        test_note("seed %u", seed);
        state = seed;
        start();
        for (unsigned i = 0; i < STEPS; i++)
            step();
        bios_give_up();
    }
    CHECK(served_by_pv > SEEDS && served_by_emulated > SEEDS && failed > SEEDS);
}
