/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Files that a program reads again and again, such as its overlays, stay in the cache if they fit
 * there together. */
#include "counts.h"
#include "reading.h"
#include "test.h"

#define TIMES       20u
#define KIB_SECTORS 2u
#define CALL        16u

static uint64_t begin_of(unsigned file)
{
    return 5003 + 8192ull * file;
}

static void read_file(unsigned file, uint32_t kib, bool table)
{
    if (table)
        reading_check(700 + 16 * file, 4);
    for (uint32_t at = 0; at < kib * KIB_SECTORS; at += CALL)
        reading_check(begin_of(file) + at, CALL);
}

static void check_set(unsigned files, uint32_t kib, bool table, uint64_t connections)
{
    test_note("%u files of %u KiB%s", files, kib, table ? " and the table" : "");
    reading_start(MODE_STRICT);
    for (unsigned time = 0; time < TIMES; time++)
        for (unsigned file = 0; file < files; file++)
            read_file(file, kib, table);
    CHECK_EQUAL(reading_cost().connections, connections);
}

TEST(three_small_files_stay_in_the_cache)
{
    for (uint32_t kib = 128; kib <= 256; kib += 32)
        check_set(3, kib, false, COUNT_3_FILES_AGAIN);
}

TEST(four_small_files_stay_in_the_cache)
{
    check_set(4, 200, false, COUNT_4_FILES_AGAIN);
}

TEST(a_file_of_2_mib_stays_in_the_cache)
{
    check_set(1, 2048, false, COUNT_A_FILE_AGAIN);
}

TEST(small_files_stay_in_the_cache_if_the_allocation_table_is_read_between)
{
    check_set(3, 200, true, COUNT_3_FILES_AND_TABLE_AGAIN);
    check_set(4, 200, true, COUNT_4_FILES_AND_TABLE_AGAIN);
}
