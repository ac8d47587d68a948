/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * How fast int13 reads and writes drive 81h, a disk that pattern-disk in dom0 has filled: each
 * sector has the pattern of its number with salt 0. The last part of it is for writes.
 *
 * Parameters
 *   salt=N   what is written is the pattern with this salt, so that no earlier run's will do
 *   ms=N     how long each kind of work goes on (1000)
 *   kib=N    how much is read, 64 KiB at a time, for the processor's time (256)
 *
 * Prints, for each kind of work, "S WHAT bytes=.. microseconds=.. calls=..", behind each kind that
 * writes "W first=LBA count=SECTORS salt=N" for the program that verifies the image, and around the
 * reads for the processor's time "processor: begin" and "processor: end", where dom0 looks at its
 * domains' time. What is read is checked: the first and the last sector of each call by their first
 * words, all of the last call and of what was written by all of theirs.
 */
#include "buffer.h"
#include "clock.h"
#include "pattern.h"

#define DRIVE      (FIRST_DRIVE + 1)
#define BUFFER     (LOW_BUFFERS + 0x10000)
#define MIB        2048u /* sectors */
#define WRITTEN    (64u * MIB)
#define READ_LEAST (16u * MIB)
#define LAP_MS     1000u
#define READ_BACK  16u /* calls of what was written */
#define MANY_READ  0x42
#define MANY_WRITE 0x43

/* Where the parameters do not tell. */
#define WORK_MS       1000u
#define PROCESSOR_KIB 256u

enum places { NEXT, ANYWHERE };

static uint32_t read_sectors; /* in front of those that are written */
static uint32_t salt;

static bool transfer(uint8_t function, uint32_t lba, uint32_t count, const char *what)
{
    struct packet packet = {
        .size = 0x10, .count = (uint16_t)count, .segment = BUFFER >> 4, .lba = lba};
    struct outcome outcome = int13_packet(function, DRIVE, &packet, 0);

    return outcome.status == STATUS_SUCCESS ||
           check(false, "%s: sector %x: status %x", what, lba, outcome.status);
}

static const uint32_t *sector_words(uint32_t index)
{
    return at(BUFFER + index * SECTOR);
}

static bool sector_begins_well(uint32_t index, uint32_t lba, uint32_t with_salt, const char *what)
{
    uint32_t expected = pattern_word(lba, with_salt, 0), word = *sector_words(index);

    return word == expected ||
           check(false, "%s: sector %x begins with %x, expected %x", what, lba, word, expected);
}

static bool sector_is_good(uint32_t index, uint32_t lba, uint32_t with_salt, const char *what)
{
    const uint32_t *words = sector_words(index);

    for (uint32_t i = 0; i < PATTERN_WORDS; i++) {
        if (words[i] != pattern_word(lba, with_salt, i))
            return check(false, "%s: word %u of sector %x is wrong", what, i, lba);
    }
    return true;
}

static void report(const char *what, uint32_t calls, uint32_t count, uint32_t microseconds)
{
    print("S %s bytes=%u microseconds=%u calls=%u\n", what, calls * count * SECTOR, microseconds,
          calls);
}

/* A stretch of time that is looked at often enough for both clocks. */
struct laps {
    struct stretch stretch;
    uint64_t next;
};

static void laps_begin(struct laps *laps)
{
    stretch_begin(&laps->stretch);
    laps->next = laps->stretch.begun + clock_counts(LAP_MS);
}

static void laps_look(struct laps *laps, uint64_t now)
{
    if (now < laps->next)
        return;
    stretch_lap(&laps->stretch);
    laps->next = now + clock_counts(LAP_MS);
}

/* Read `count` sectors a call, from sector `first` on or anywhere, until the time is over. */
static void measure_reads(const char *what, uint32_t count, enum places places, uint32_t first)
{
    uint64_t now, limit = clock_counts(param_number("ms=", WORK_MS));
    uint32_t calls = 0, lba = first;
    struct laps laps;
    bool good;

    laps_begin(&laps);
    do {
        if (places == ANYWHERE)
            lba = random_below(read_sectors / count) * count;
        else if (calls)
            lba = lba + 2 * count > read_sectors ? 0 : lba + count;
        good = transfer(MANY_READ, lba, count, what) && sector_begins_well(0, lba, 0, what) &&
               sector_begins_well(count - 1, lba + count - 1, 0, what);
        calls++;
        now = clock_read();
        laps_look(&laps, now);
    } while (good && now - laps.stretch.begun < limit);
    uint32_t microseconds = stretch_end(&laps.stretch, what);
    for (uint32_t i = 0; good && i < count; i++)
        good = sector_is_good(i, lba + i, 0, what);
    if (check(good, "%s failed", what))
        report(what, calls, count, microseconds);
}

static void fill(uint32_t lba, uint32_t count)
{
    uint32_t *word = at(BUFFER);

    for (uint32_t i = 0; i < count * PATTERN_WORDS; i++)
        word[i] = pattern_word(lba + i / PATTERN_WORDS, salt, i % PATTERN_WORDS);
}

/* Back over what was written, from its end: a cache has the last ones, if any. */
static bool read_back(const char *what, uint32_t calls, uint32_t count, uint32_t first)
{
    for (uint32_t back = 1; back <= READ_BACK && back <= calls; back++) {
        uint32_t lba = first + (calls - back) * count;

        if (!transfer(MANY_READ, lba, count, what))
            return false;
        for (uint32_t i = 0; i < count; i++) {
            if (!sector_is_good(i, lba + i, salt, what))
                return false;
        }
    }
    return true;
}

/* The same as measure_reads, writing. Making the pattern is not part of the time. */
static void measure_writes(const char *what, uint32_t count, uint32_t first, uint32_t sectors)
{
    uint64_t limit = clock_counts(param_number("ms=", WORK_MS)), spent = 0;
    uint32_t calls = 0;
    struct laps laps;
    bool good = true;

    laps_begin(&laps);
    while (good && spent < limit && (calls + 1) * count <= sectors) {
        uint32_t lba = first + calls * count;

        fill(lba, count);
        uint64_t before = clock_read();
        good = transfer(MANY_WRITE, lba, count, what);
        uint64_t now = clock_read();
        spent += now - before;
        calls++;
        laps_look(&laps, now);
    }
    stretch_end(&laps.stretch, what);
    if (!check(good && read_back(what, calls, count, first), "%s failed", what))
        return;
    report(what, calls, count, clock_microseconds(spent));
    print("W first=%u count=%u salt=%u\n", first, calls * count, salt);
}

/* Reads without an end by time, between two lines at which dom0 looks at its domains' time. */
static void measure_processor(uint32_t first)
{
    uint32_t count = MOST_SECTORS, calls = param_number("kib=", PROCESSOR_KIB) * 2 / count;
    struct laps laps;
    bool good = true;

    print("processor: begin\n");
    laps_begin(&laps);
    for (uint32_t call = 0; good && call < calls; call++) {
        uint32_t lba = (first + call * count) % (read_sectors / count * count);

        good = transfer(MANY_READ, lba, count, "processor") &&
               sector_begins_well(0, lba, 0, "processor");
        laps_look(&laps, clock_read());
    }
    uint32_t microseconds = stretch_end(&laps.stretch, "processor");
    print("processor: end\n");
    if (check(good, "reads for the processor's time failed"))
        report("processor", calls, count, microseconds);
}

void guest_main(void)
{
    uint64_t sectors = sectors_read(DRIVE);

    print("speed: up\n");
    if (!check(sectors >= READ_LEAST + WRITTEN && !(sectors >> 32), "drive %x has %llx sectors",
               DRIVE, sectors))
        return;
    read_sectors = (uint32_t)sectors - WRITTEN;
    salt = param_number("salt=", 1);
    clock_start();

    /* Each in a part of its own: none finds what another has read. */
    measure_reads("sequential-64k", MOST_SECTORS, NEXT, 0);
    measure_reads("sequential-32k", 64, NEXT, read_sectors / 4);
    measure_reads("sequential-1-sector", 1, NEXT, read_sectors / 2);
    measure_reads("random-4k", 8, ANYWHERE, 0);
    measure_writes("write-64k", MOST_SECTORS, read_sectors, WRITTEN / 2);
    measure_writes("write-1-sector", 1, read_sectors + WRITTEN / 2, WRITTEN / 2);
    measure_processor(read_sectors / 4 * 3);
    done();
}
