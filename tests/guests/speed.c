/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Measures how fast int13 reads and writes the drives after the first. pattern-disk in dom0 has
 * filled them: each sector of the first GiB has the pattern of its number with salt 0. Writes go to
 * the sectors after that.
 *
 * Parameters
 *   salt=N   write the pattern with salt N to drive 81h, with N + 1 to 82h, and so on
 *   ms=N     duration of each kind of work (1000)
 *   more=N   duration of the reads that measure processor time (2000)
 *
 * For each drive it prints "D drive=.. sectors=..", and for each kind of work
 * "S drive=.. WHAT bytes=.. microseconds=.. calls=..". After each kind that writes it prints
 * "W first=LBA count=SECTORS salt=N" for the program that verifies the image. Before and after the
 * reads that measure processor time it prints "processor: begin NUMBER" and "processor: end
 * NUMBER", where dom0 reads the time of its domains; 1 is drive 81h. It checks the data: the first
 * words of the first and the last sector of each call, and all words of the last call and of what
 * it wrote.
 */
#include "pattern.h"
#include "read_speed.h"

#define MIB       2048u /* sectors */
#define TO_READ   (1024u * MIB)
#define TO_WRITE  (32u * MIB) /* of each of two kinds */
#define READ_BACK 16u         /* calls of what was written */

/* Defaults of the parameters. */
#define WORK_MS 1000u
#define MORE_MS 2000u

static uint8_t drive;
static uint32_t salt;

static uint32_t place_next(uint32_t before, uint32_t count)
{
    return before + 2 * count > TO_READ ? 0 : before + count;
}

static uint32_t place_anywhere(uint32_t before, uint32_t count)
{
    (void)before;
    return random_below(TO_READ / count) * count;
}

static void reads_for(const char *what, uint32_t count, uint32_t first, next_place *next,
                      uint32_t milliseconds)
{
    const struct reads reads = {
        .drive = drive, .count = count, .first = first, .next = next, .milliseconds = milliseconds};

    measure_reads(what, &reads);
}

static void fill(uint32_t lba, uint32_t count)
{
    uint32_t *word = at(SPEED_BUFFER);

    for (uint32_t i = 0; i < count * PATTERN_WORDS; i++)
        word[i] = pattern_word(lba + i / PATTERN_WORDS, salt, i % PATTERN_WORDS);
}

/* Backwards over what was written: a cache has the last sectors, if any. */
static bool read_back(const char *what, uint32_t calls, uint32_t count, uint32_t first)
{
    for (uint32_t back = 1; back <= READ_BACK && back <= calls; back++) {
        uint32_t lba = first + (calls - back) * count;

        if (!speed_transfer(MANY_READ, drive, lba, count, what))
            return false;
        for (uint32_t i = 0; i < count; i++) {
            if (!speed_sector_is_good(i, lba + i, salt, what))
                return false;
        }
    }
    return true;
}

/* As measure_reads, for writes. The time does not include making the pattern. */
static void measure_writes(const char *what, uint32_t count, uint32_t first, uint32_t milliseconds)
{
    uint64_t limit = clock_counts(milliseconds), spent = 0;
    uint32_t calls = 0;
    struct laps laps;
    bool good = true;

    laps_begin(&laps);
    while (good && spent < limit && (calls + 1) * count <= TO_WRITE) {
        uint32_t lba = first + calls * count;

        fill(lba, count);
        uint64_t before = clock_read();
        good = speed_transfer(MANY_WRITE, drive, lba, count, what);
        uint64_t now = clock_read();
        spent += now - before;
        calls++;
        laps_look(&laps, now);
    }
    stretch_end(&laps.stretch, what);
    if (!check(good && read_back(what, calls, count, first), "%s failed", what))
        return;
    speed_report(drive, what, calls, count, clock_microseconds(spent));
    print("W first=%u count=%u salt=%u\n", first, calls * count, salt);
}

static void measure_drive(uint8_t number)
{
    uint64_t sectors = sectors_read(number);
    uint32_t ms = param_number("ms=", WORK_MS);

    drive = number;
    salt = param_number("salt=", 1) + number - FIRST_DRIVE - 1;
    print("D drive=%x sectors=%llx\n", number, sectors);
    if (!check(sectors >= TO_READ + 2 * TO_WRITE, "drive %x has %llx sectors", number, sectors))
        return;

    /* Each kind has its own part of the disk, so none finds in the cache what another has read. */
    reads_for("sequential-64k", MOST_SECTORS, 0, place_next, ms);
    reads_for("sequential-32k", 64, TO_READ / 4, place_next, ms);
    reads_for("sequential-1-sector", 1, TO_READ / 2, place_next, ms);
    reads_for("random-4k", 8, place_anywhere(0, 8), place_anywhere, ms);
    measure_writes("write-64k", MOST_SECTORS, TO_READ, ms);
    measure_writes("write-1-sector", 1, TO_READ + TO_WRITE, ms);
    print("processor: begin %u\n", number - FIRST_DRIVE);
    reads_for("processor", MOST_SECTORS, TO_READ / 4 * 3, place_next,
              param_number("more=", MORE_MS));
    print("processor: end %u\n", number - FIRST_DRIVE);
}

void guest_main(void)
{
    struct geometry geometry = {0};

    print("speed: up\n");
    clock_start();
    if (!geometry_read(FIRST_DRIVE, &geometry))
        return;
    for (uint8_t number = 1; number < geometry.drives; number++)
        measure_drive(FIRST_DRIVE + number);
}
