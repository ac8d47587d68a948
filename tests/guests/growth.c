/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Measures how the cost of int13's reads grows. It reads the boot drive: pattern-disk in dom0 has
 * filled it, and the scenario has copied this program over its start.
 *
 * Parameters
 *   sizes    read with calls of many sizes, not only of a few
 *   rounds=N repeat each kind of work N times, in turns (5)
 *   ms=N     duration of the kinds "once" and "again" (100)
 *
 * Prints "S drive=80 KIND-COUNT bytes=.. microseconds=.. calls=.." for each kind of work, with
 * COUNT sectors a call. KIND is "row": consecutive sectors that were not read before; "once": each
 * call far from the one before, where no cache can help; "again": repeated reads of what every
 * cache has.
 */
#include "read_speed.h"

#define MIB      2048u /* sectors */
#define ROUNDS   5u
#define WORK_MS  100u
#define SIZES    8u
#define NAME_MAX 16u

/* Each kind has its own part of the disk, after this program. Before a row reaches sectors of an
 * earlier one, the cache has been filled with others. */
#define ROW_FIRST     (64u * MIB)
#define ROW_SPACE     (512u * MIB)
#define ROW_STEP      (16u * MIB) /* more than one row and what is read ahead of it */
#define AGAIN_FIRST   (ROW_FIRST + ROW_SPACE)
#define AGAIN_PLACES  8u
#define ONCE_FIRST    (AGAIN_FIRST + 64u * MIB)
#define ONCE_PLACES   4096u
#define ONCE_STRIDE   2003u /* odd: reaches all places, and neighbours far apart in time */
#define PLACE_SECTORS MOST_SECTORS

static uint32_t place_next(uint32_t before, uint32_t count)
{
    return before + count;
}

static uint32_t place_once(uint32_t before, uint32_t count)
{
    static uint32_t place;

    (void)before;
    (void)count;
    place = (place + ONCE_STRIDE) % ONCE_PLACES;
    return ONCE_FIRST + place * PLACE_SECTORS;
}

static uint32_t place_again(uint32_t before, uint32_t count)
{
    uint32_t place = (before - AGAIN_FIRST) / PLACE_SECTORS;

    (void)count;
    return AGAIN_FIRST + (place + 1) % AGAIN_PLACES * PLACE_SECTORS;
}

static void measure(const char *kind, const struct reads *reads)
{
    char what[NAME_MAX], digits[NAME_MAX];
    uint32_t length = (uint32_t)strlen(kind), used = 0;

    memcpy(what, kind, length);
    what[length++] = '-';
    for (uint32_t rest = reads->count; rest; rest /= 10)
        digits[used++] = (char)('0' + rest % 10);
    while (used)
        what[length++] = digits[--used];
    what[length] = 0;
    measure_reads(what, reads);
}

static void measure_row(uint32_t count, uint32_t sectors)
{
    static uint32_t offset;
    const struct reads reads = {.drive = FIRST_DRIVE,
                                .count = count,
                                .first = ROW_FIRST + offset,
                                .next = place_next,
                                .calls = sectors / count};

    offset = (offset + ROW_STEP) % ROW_SPACE;
    measure("row", &reads);
}

static void measure_for_a_while(const char *kind, uint32_t count, uint32_t first, next_place *next)
{
    const struct reads reads = {.drive = FIRST_DRIVE,
                                .count = count,
                                .first = first,
                                .next = next,
                                .milliseconds = param_number("ms=", WORK_MS)};

    measure(kind, &reads);
}

static void measure_once(uint32_t count)
{
    measure_for_a_while("once", count, place_once(0, count), place_once);
}

static void measure_again(uint32_t count)
{
    measure_for_a_while("again", count, AGAIN_FIRST, place_again);
}

static void measure_sizes(void)
{
    static const uint32_t counts[SIZES] = {1, 2, 4, 8, 16, 32, 64, 127};

    for (uint32_t i = 0; i < SIZES; i++) {
        measure_row(counts[i], 1 * MIB);
        measure_once(counts[i]);
    }
    /* Fill the cache with it. */
    for (uint32_t i = 0; i < AGAIN_PLACES; i++)
        speed_transfer(MANY_READ, FIRST_DRIVE, AGAIN_FIRST + i * PLACE_SECTORS, PLACE_SECTORS,
                       "again");
    for (uint32_t i = 0; i < SIZES; i++)
        measure_again(counts[i]);
}

static void measure_few(void)
{
    measure_row(MOST_SECTORS, 8 * MIB);
    measure_once(8);
    measure_once(MOST_SECTORS);
}

void guest_main(void)
{
    uint32_t rounds = param_number("rounds=", ROUNDS);

    print("growth: up\n");
    clock_start();
    for (uint32_t i = 0; i < rounds; i++) {
        if (param_is("sizes"))
            measure_sizes();
        else
            measure_few();
    }
}
