/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * How fast int13 reads and writes the drives behind the first. Each is a disk that pattern-disk in
 * dom0 has filled: each sector of its first GiB has the pattern of its number with salt 0. What is
 * behind that is for writes.
 *
 * Parameters
 *   salt=N   what is written is the pattern with salt N for drive 81h, N + 1 for 82h, and on
 *   ms=N     how long each kind of work goes on (1000)
 *   more=N   the same for the reads for the processor's time (2000)
 *
 * For each drive it prints "D drive=.. sectors=..", then for each kind of work
 * "S drive=.. WHAT bytes=.. microseconds=.. calls=..", behind each kind that writes
 * "W first=LBA count=SECTORS salt=N" for the program that verifies the image, and around the reads
 * for the processor's time "processor: begin NUMBER" and "processor: end NUMBER", where dom0 looks
 * at its domains' time; 1 is drive 81h. What is read is checked: the first and the last sector of
 * each call by their first words, all of the last call and of what was written by all of theirs.
 */
#include "buffer.h"
#include "clock.h"
#include "pattern.h"

#define BUFFER     (LOW_BUFFERS + 0x10000)
#define MIB        2048u /* sectors */
#define TO_READ    (1024u * MIB)
#define TO_WRITE   (32u * MIB) /* of each of two kinds */
#define LAP_MS     1000u
#define READ_BACK  16u /* calls of what was written */
#define MANY_READ  0x42
#define MANY_WRITE 0x43

/* Where the parameters do not tell. */
#define WORK_MS 1000u
#define MORE_MS 2000u

enum places { NEXT, ANYWHERE };

static uint8_t drive;
static uint32_t salt;

static bool transfer(uint8_t function, uint32_t lba, uint32_t count, const char *what)
{
    struct packet packet = {
        .size = 0x10, .count = (uint16_t)count, .segment = BUFFER >> 4, .lba = lba};
    struct outcome outcome = int13_packet(function, drive, &packet, 0);

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
    print("S drive=%x %s bytes=%u microseconds=%u calls=%u\n", drive, what, calls * count * SECTOR,
          microseconds, calls);
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
static void measure_reads(const char *what, uint32_t count, enum places places, uint32_t first,
                          uint32_t milliseconds)
{
    uint64_t now, limit = clock_counts(milliseconds);
    uint32_t calls = 0, lba = first;
    struct laps laps;
    bool good;

    laps_begin(&laps);
    do {
        if (places == ANYWHERE)
            lba = random_below(TO_READ / count) * count;
        else if (calls)
            lba = lba + 2 * count > TO_READ ? 0 : lba + count;
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

static void measure_drive(uint8_t number)
{
    uint64_t sectors = sectors_read(number);
    uint32_t ms = param_number("ms=", WORK_MS);

    drive = number;
    salt = param_number("salt=", 1) + number - FIRST_DRIVE - 1;
    print("D drive=%x sectors=%llx\n", number, sectors);
    if (!check(sectors >= TO_READ + 2 * TO_WRITE, "drive %x has %llx sectors", number, sectors))
        return;

    /* Each in a part of its own: none finds what another has read. */
    measure_reads("sequential-64k", MOST_SECTORS, NEXT, 0, ms);
    measure_reads("sequential-32k", 64, NEXT, TO_READ / 4, ms);
    measure_reads("sequential-1-sector", 1, NEXT, TO_READ / 2, ms);
    measure_reads("random-4k", 8, ANYWHERE, 0, ms);
    measure_writes("write-64k", MOST_SECTORS, TO_READ, ms);
    measure_writes("write-1-sector", 1, TO_READ + TO_WRITE, ms);
    print("processor: begin %u\n", number - FIRST_DRIVE);
    measure_reads("processor", MOST_SECTORS, NEXT, TO_READ / 4 * 3, param_number("more=", MORE_MS));
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
