/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The cost of reads that are not, or only partly, sequential. The numbers are in counts.h. The
 * sequences are the same in each run. */
#include "counts.h"
#include "reading.h"
#include "test.h"

#define MIB_SECTORS 2048u

static uint32_t seed;
static uint32_t at; /* in the long file */

static uint32_t any_below(uint32_t limit)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(seed >> 4) * limit >> 28);
}

static void read_anywhere(void)
{
    reading_check(any_below(2000000), 16);
}

/* In little more than the cache holds. */
static void read_near(void)
{
    reading_check(4096 + any_below(5 * MIB_SECTORS), 16);
}

/* A small file, after a sector of a directory. */
static void read_small_file(void)
{
    uint64_t file = 200000 + any_below(60) * 8192;

    reading_check(any_below(400) + 100, 1);
    for (uint32_t i = 0, pieces = 1 + any_below(8); i < pieces; i++)
        reading_check(file + i * 16, 16);
}

/* Part of a long file, and something else. */
static void read_with_others(void)
{
    for (unsigned i = 0; i < 20; i++, at = (at + 32) % 40000)
        reading_check(300000 + at, 32);
    reading_check(any_below(100000), 8);
}

static struct reading_cost cost_of(enum handover_mode mode, void (*read)(void), unsigned times)
{
    reading_start(mode);
    seed = 1;
    at = 0;
    while (times--)
        read();
    return reading_cost();
}

static void check_cost(void (*read)(void), unsigned times, uint64_t connections,
                       uint64_t strict_sectors, uint64_t requests, uint64_t linger_sectors)
{
    struct reading_cost cost = cost_of(MODE_STRICT, read, times);

    CHECK_EQUAL(cost.connections, connections);
    CHECK_EQUAL(cost.sectors, strict_sectors);
    cost = cost_of(MODE_LINGER, read, times);
    CHECK_EQUAL(cost.requests, requests);
    CHECK_EQUAL(cost.sectors, linger_sectors);
}

TEST(reads_anywhere_have_the_listed_cost)
{
    check_cost(read_anywhere, 200, COUNT_READS_ANYWHERE);
}

TEST(reads_near_each_other_have_the_listed_cost)
{
    check_cost(read_near, 600, COUNT_READS_NEAR);
}

TEST(reads_of_small_files_have_the_listed_cost)
{
    check_cost(read_small_file, 300, COUNT_READS_SMALL_FILES);
}

TEST(reads_of_a_long_file_with_others_between_have_the_listed_cost)
{
    check_cost(read_with_others, 300, COUNT_READS_WITH_OTHERS);
}
