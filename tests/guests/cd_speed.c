/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Reads the first CD-ROM drive from its start by function 42h, whose sectors have 2048 bytes, and
 * measures the time. pattern-disk in dom0 has made the medium: each 512 bytes have the pattern of
 * their number with salt 0. The program checks all of it.
 *
 * Parameters
 *   large=N   number of calls of 64 KiB (32)
 *   small=N   number of calls of one sector (128), on another part of the medium
 *
 * For both kinds, "large" and "small", it prints "KIND: ready" before and "KIND: done" after them,
 * and pauses at both, so that dom0 can read the counters of the drive; then
 * "S drive=e0 KIND bytes=.. microseconds=.. calls=..".
 */
#include "read_speed.h"

#define DRIVE         0xe0
#define BLOCK_SECTORS 4u /* of 512 bytes */
#define LARGE_BLOCKS  (MOST_SECTORS / BLOCK_SECTORS)
#define MIB_BLOCKS    512u
#define SMALL_FIRST   (8u * MIB_BLOCKS) /* more than is read before it, and ahead of that */
#define PAUSE_MS      4000u

static struct laps laps;

static bool blocks_are_good(uint32_t first, uint32_t blocks, const char *kind)
{
    for (uint32_t i = 0; i < blocks * BLOCK_SECTORS; i++) {
        if (!speed_sector_is_good(i, first * BLOCK_SECTORS + i, 0, kind))
            return false;
    }
    return true;
}

/* The time includes no comparison. */
static void measure(const char *kind, uint32_t first, uint32_t blocks, uint32_t calls)
{
    uint64_t spent = 0;
    uint32_t made = 0;
    bool good = true;

    print("%s: ready\n", kind);
    clock_pause(PAUSE_MS);
    laps_begin(&laps);
    while (good && made < calls) {
        uint32_t lba = first + made * blocks;
        uint64_t before = clock_read();

        good = speed_transfer(MANY_READ, DRIVE, lba, blocks, kind);
        uint64_t now = clock_read();
        spent += now - before;
        made++;
        laps_look(&laps, now);
        good = good && blocks_are_good(lba, blocks, kind);
    }
    stretch_end(&laps.stretch, kind);
    print("%s: done\n", kind);
    clock_pause(PAUSE_MS);
    if (check(good, "%s failed", kind))
        speed_report(DRIVE, kind, made, blocks * BLOCK_SECTORS, clock_microseconds(spent));
}

void guest_main(void)
{
    struct drive_table table = {.size = 26};
    struct outcome outcome;

    print("cd_speed: up\n");
    clock_start();
    outcome = int13_table(DRIVE, &table);
    if (!check(!outcome.carry && table.sector_size == BLOCK_SECTORS * SECTOR,
               "drive %x: status %02x, sectors of %u bytes", DRIVE, outcome.status,
               table.sector_size))
        return;
    measure("large", 0, LARGE_BLOCKS, param_number("large=", 32));
    measure("small", SMALL_FIRST, 1, param_number("small=", 128));
}
