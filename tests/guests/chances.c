/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Reads one sector of each data drive (from 81h on) in turn, about once a second, and never resets
 * a drive: their backends have faults that pass (tests/dom0-tools/hostile-backend.c). At the end
 * the program prints the statuses of each drive:
 *
 *     C drive status...
 *
 * The scenario judges the statuses; the program checks the data of each read that succeeds.
 * Parameter: "turns=N", the number of turns (12).
 */
#include "clock.h"
#include "int13.h"

#define BUFFER      (LOW_BUFFERS + 0x10000)
#define TURNS_MOST  64u
#define DRIVES_MOST 16u
#define WORDS       (SECTOR / 8u)
/* Farther apart than the firmware reads ahead. */
#define STEP     1021u
#define PAUSE_MS 1000u

static uint8_t statuses[DRIVES_MOST][TURNS_MOST];

static uint8_t read_sector(uint8_t drive, uint64_t lba)
{
    struct packet packet = {.size = 0x10, .count = 1, .segment = BUFFER >> 4, .lba = lba};
    const uint64_t *words = at(BUFFER);
    uint32_t wrong = 0;

    memset(at(BUFFER), 0, SECTOR);
    struct outcome outcome = int13_packet(0x42, drive, &packet, 0);
    if (outcome.status != STATUS_SUCCESS)
        return outcome.status;
    for (uint32_t i = 0; i < WORDS; i++)
        wrong += words[i] != lba * WORDS + i;
    check(!wrong, "drive %x sector %x: wrong data with a good status", drive, (uint32_t)lba);
    return outcome.status;
}

void guest_main(void)
{
    uint32_t turns = param_number("turns=", 12);
    struct geometry geometry;

    clock_find_rate();
    if (turns > TURNS_MOST)
        turns = TURNS_MOST;
    if (!geometry_read(FIRST_DRIVE, &geometry) ||
        !check(geometry.drives >= 2 && geometry.drives <= DRIVES_MOST, "%u drives",
               geometry.drives))
        return;
    for (uint32_t turn = 0; turn < turns; turn++) {
        print("TURN %u\n", turn);
        for (uint8_t drive = 1; drive < geometry.drives; drive++)
            statuses[drive][turn] = read_sector(FIRST_DRIVE + drive, (turn + 1) * STEP);
        clock_pause(PAUSE_MS);
    }
    for (uint8_t drive = 1; drive < geometry.drives; drive++) {
        print("C %x", FIRST_DRIVE + drive);
        for (uint32_t turn = 0; turn < turns; turn++)
            print(" %02x", statuses[drive][turn]);
        print("\n");
    }
}
