/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "read_speed.h"

#include "pattern.h"

#define LAP_MS 1000u

void laps_begin(struct laps *laps)
{
    stretch_begin(&laps->stretch);
    laps->next = laps->stretch.begun + clock_counts(LAP_MS);
}

void laps_look(struct laps *laps, uint64_t now)
{
    if (now < laps->next)
        return;
    stretch_lap(&laps->stretch);
    laps->next = now + clock_counts(LAP_MS);
}

bool speed_transfer(uint8_t function, uint8_t drive, uint32_t lba, uint32_t count, const char *what)
{
    struct packet packet = {
        .size = 0x10, .count = (uint16_t)count, .segment = SPEED_BUFFER >> 4, .lba = lba};
    struct outcome outcome = int13_packet(function, drive, &packet, 0);

    return outcome.status == STATUS_SUCCESS ||
           check(false, "%s: sector %x: status %x", what, lba, outcome.status);
}

static const uint32_t *sector_words(uint32_t index)
{
    return at(SPEED_BUFFER + index * SECTOR);
}

static bool sector_begins_well(uint32_t index, uint32_t lba, const char *what)
{
    uint32_t expected = pattern_word(lba, 0, 0), word = *sector_words(index);

    return word == expected ||
           check(false, "%s: sector %x begins with %x, expected %x", what, lba, word, expected);
}

bool speed_sector_is_good(uint32_t index, uint32_t lba, uint32_t salt, const char *what)
{
    const uint32_t *words = sector_words(index);

    for (uint32_t i = 0; i < PATTERN_WORDS; i++) {
        if (words[i] != pattern_word(lba, salt, i))
            return check(false, "%s: word %u of sector %x is wrong", what, i, lba);
    }
    return true;
}

void speed_report(uint8_t drive, const char *what, uint32_t calls, uint32_t count,
                  uint32_t microseconds)
{
    print("S drive=%x %s bytes=%u microseconds=%u calls=%u\n", drive, what, calls * count * SECTOR,
          microseconds, calls);
}

static bool reads_go_on(const struct reads *reads, uint32_t calls, uint64_t counts)
{
    return reads->calls ? calls < reads->calls : counts < clock_counts(reads->milliseconds);
}

void measure_reads(const char *what, const struct reads *reads)
{
    uint32_t calls = 0, lba = reads->first, count = reads->count;
    struct laps laps;
    uint64_t now;
    bool good;

    laps_begin(&laps);
    do {
        if (calls)
            lba = reads->next(lba, count);
        good = speed_transfer(MANY_READ, reads->drive, lba, count, what) &&
               sector_begins_well(0, lba, what) &&
               sector_begins_well(count - 1, lba + count - 1, what);
        calls++;
        now = clock_read();
        laps_look(&laps, now);
    } while (good && reads_go_on(reads, calls, now - laps.stretch.begun));
    uint32_t microseconds = stretch_end(&laps.stretch, what);
    for (uint32_t i = 0; good && i < count; i++)
        good = speed_sector_is_good(i, lba + i, 0, what);
    if (check(good, "%s failed", what))
        speed_report(reads->drive, what, calls, count, microseconds);
}
