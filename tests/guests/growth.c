/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * How the cost of int13's reads grows. The drive is the one booted from: pattern-disk in dom0 has
 * filled it, and this program was put over its beginning.
 *
 * Parameters
 *   sizes    read by calls of many sizes
 *   ms=N     how long each kind of work goes on (400)
 *
 * Prints "S drive=80 KIND-COUNT bytes=.. microseconds=.. calls=.." for each kind of work, by COUNT
 * sectors a call. KIND is row: one call behind the other; once: each in a place far from that of
 * the call before, that no cache can have; again: over and over in what any cache has.
 */
#include "read_speed.h"

#define MIB      2048u /* sectors */
#define WORK_MS  400u
#define SIZES    8u
#define NAME_MAX 16u

/* Each kind in a part of the disk of its own, behind this program. */
#define ROW_FIRST     (64u * MIB)
#define ROW_SECTORS   (64u * MIB) /* for each size */
#define AGAIN_FIRST   (ROW_FIRST + SIZES * ROW_SECTORS)
#define AGAIN_COUNT   8u /* places */
#define ONCE_FIRST    (AGAIN_FIRST + 64u * MIB)
#define ONCE_PLACES   4096u
#define ONCE_STRIDE   2003u /* odd: all places come in turn, and neighbours long after each other */
#define PLACE_SECTORS MOST_SECTORS

static uint32_t milliseconds;

/* A fast disk comes around: what it finds then has long left the cache. */
static uint32_t place_in_row(uint32_t before, uint32_t count)
{
    uint32_t offset = (before - ROW_FIRST) % ROW_SECTORS;

    return offset + 2 * count > ROW_SECTORS ? before - offset : before + count;
}

/* Goes on from one size to the next. */
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
    return AGAIN_FIRST + (place + 1) % AGAIN_COUNT * PLACE_SECTORS;
}

static void measure(const char *kind, uint32_t count, uint32_t first, next_place *next)
{
    char what[NAME_MAX], digits[4];
    uint32_t length = (uint32_t)strlen(kind), used = 0;

    memcpy(what, kind, length);
    what[length++] = '-';
    for (uint32_t rest = count; rest; rest /= 10)
        digits[used++] = (char)('0' + rest % 10);
    while (used)
        what[length++] = digits[--used];
    what[length] = 0;
    measure_reads(FIRST_DRIVE, what, count, first, next, milliseconds);
}

static void measure_sizes(void)
{
    static const uint32_t counts[SIZES] = {1, 2, 4, 8, 16, 32, 64, 127};

    for (uint32_t i = 0; i < SIZES; i++) {
        measure("row", counts[i], ROW_FIRST + i * ROW_SECTORS, place_in_row);
        measure("once", counts[i], place_once(0, counts[i]), place_once);
    }
    /* Have it all in the cache. */
    for (uint32_t i = 0; i < AGAIN_COUNT; i++)
        speed_transfer(MANY_READ, FIRST_DRIVE, AGAIN_FIRST + i * PLACE_SECTORS, PLACE_SECTORS,
                       "again");
    for (uint32_t i = 0; i < SIZES; i++)
        measure("again", counts[i], AGAIN_FIRST, place_again);
}

void guest_main(void)
{
    print("growth: up\n");
    clock_start();
    milliseconds = param_number("ms=", WORK_MS);
    if (param_is("sizes")) {
        measure_sizes();
        return;
    }
    measure("row", MOST_SECTORS, ROW_FIRST, place_in_row);
    measure("once", 8, place_once(0, 8), place_once);
    measure("once", MOST_SECTORS, place_once(0, MOST_SECTORS), place_once);
}
