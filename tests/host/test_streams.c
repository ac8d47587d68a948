/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The cost of several files that are read in turns, as by a program that compares them, against
 * that of the same files read one after the other by the same firmware. Where each read takes a
 * connection (strict), connections and sectors are compared; where disks stay open (linger),
 * requests and sectors.
 */
#include "counts.h"
#include "reading.h"
#include "test.h"

#define FILES_MAX    12u
#define MIB_SECTORS  2048u
#define FILE_SECTORS (3 * MIB_SECTORS)

/* Where the files begin: at no boundary of a page, as on a FAT volume; at boundaries of lines. */
static const uint64_t anywhere[FILES_MAX] = {5003,   40007,  81001,  120011, 150097, 300007,
                                             500009, 400009, 600011, 700013, 800017, 900019};
static const uint64_t at_lines[] = {8192, 65536, 131072};

/* Files, and how they are read. */
struct files {
    const uint64_t *begin;
    unsigned files;
    uint32_t sectors;     /* of each file */
    uint32_t count;       /* sectors of a call */
    uint32_t again;       /* sectors before these that the call reads once more */
    uint32_t table_every; /* calls to a file for each read of the file allocation table; 0: none */
    uint32_t other_every; /* calls to a file for each read of something else; 0: none */
};

static void read_piece(const struct files *files, unsigned file, uint32_t at)
{
    uint32_t left = files->sectors - at, again = at ? files->again : 0;
    uint32_t call = at / files->count;

    if (files->table_every && call % files->table_every == 0)
        reading_check(100 + 30 * file + at / 1024, 1);
    if (files->other_every && call % files->other_every == files->other_every - 1)
        reading_check(200000 + 4096ull * (call / files->other_every * files->files + file), 8);
    reading_check(files->begin[file] + at - again,
                  (left < files->count ? left : files->count) + again);
}

static struct reading_cost one_after_the_other(enum handover_mode mode, const struct files *files)
{
    reading_start(mode);
    for (unsigned file = 0; file < files->files; file++)
        for (uint32_t at = 0; at < files->sectors; at += files->count)
            read_piece(files, file, at);
    return reading_cost();
}

static struct reading_cost in_turns(enum handover_mode mode, const struct files *files)
{
    reading_start(mode);
    for (uint32_t at = 0; at < files->sectors; at += files->count)
        for (unsigned file = 0; file < files->files; file++)
            read_piece(files, file, at);
    return reading_cost();
}

/* At most 1.2 times the cost. */
static void check_bound(const char *what, uint64_t turns, uint64_t row)
{
    if (turns * 10 > row * 12)
        test_fail_values(__FILE__, __LINE__, what, (long long)turns, (long long)(row * 12 / 10));
}

static void check_files(const struct files *files)
{
    test_note("%u files from %u on, %u sectors a call", files->files, (unsigned)files->begin[0],
              files->count);
    struct reading_cost row = one_after_the_other(MODE_STRICT, files);
    struct reading_cost turns = in_turns(MODE_STRICT, files);
    check_bound("connections (strict)", turns.connections, row.connections);
    check_bound("sectors (strict)", turns.sectors, row.sectors);
    row = one_after_the_other(MODE_LINGER, files);
    turns = in_turns(MODE_LINGER, files);
    check_bound("requests (linger)", turns.requests, row.requests);
    check_bound("sectors (linger)", turns.sectors, row.sectors);
}

static void check_calls_of_any_size(const uint64_t *begin, unsigned files)
{
    static const uint32_t counts[] = {1, 16, 32, 127, 128};

    for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        check_files(&(struct files){
            .begin = begin, .files = files, .sectors = FILE_SECTORS, .count = counts[i]});
}

TEST(two_files_in_turns_cost_little_more_than_one_after_the_other)
{
    check_calls_of_any_size(anywhere, 2);
    check_calls_of_any_size(at_lines, 2);
}

TEST(three_files_in_turns_cost_little_more_than_one_after_the_other)
{
    check_calls_of_any_size(anywhere, 3);
    check_calls_of_any_size(at_lines, 3);
}

static void check_cost(struct reading_cost cost, uint64_t connections, uint64_t sectors)
{
    CHECK_EQUAL(cost.connections, connections);
    CHECK_EQUAL(cost.sectors, sectors);
}

TEST(files_in_turns_have_the_listed_cost)
{
    struct files files = {.begin = anywhere, .files = 2, .sectors = FILE_SECTORS, .count = 16};

    check_cost(one_after_the_other(MODE_STRICT, &files), COUNT_2_FILES_ROW);
    check_cost(in_turns(MODE_STRICT, &files), COUNT_2_FILES_TURNS);
    files.files = 3;
    check_cost(one_after_the_other(MODE_STRICT, &files), COUNT_3_FILES_ROW);
    check_cost(in_turns(MODE_STRICT, &files), COUNT_3_FILES_TURNS);
    files.files = 8;
    check_cost(one_after_the_other(MODE_STRICT, &files), COUNT_8_FILES_ROW);
    check_cost(in_turns(MODE_STRICT, &files), COUNT_8_FILES_TURNS);
    files.files = FILES_MAX;
    check_cost(in_turns(MODE_STRICT, &files), COUNT_12_FILES_TURNS);
}

/* The reads of the table take no place of a file. */
TEST(eight_files_in_turns_with_the_allocation_table_have_the_listed_cost)
{
    const struct files files = {
        .begin = anywhere, .files = 8, .sectors = FILE_SECTORS, .count = 16, .table_every = 8};

    check_cost(in_turns(MODE_STRICT, &files), COUNT_8_FILES_AND_TABLE_TURNS);
}

static void check_small_cache(uint32_t lines, unsigned files, uint64_t connections)
{
    test_note("%u files, %u lines", files, lines);
    reading_start_small(MODE_STRICT, lines);
    for (uint32_t at = 0; at < MIB_SECTORS; at += 16)
        for (unsigned file = 0; file < files; file++)
            reading_check(anywhere[file] + at, 16);
    CHECK_EQUAL(reading_cost().connections, connections);
}

/* With fewer than eight lines no stream keeps anything from another. */
TEST(files_in_turns_have_the_listed_cost_with_a_small_cache)
{
    check_small_cache(2, 2, COUNT_SMALL_CACHE_2_LINES_2_FILES);
    check_small_cache(4, 1, COUNT_SMALL_CACHE_4_LINES_1_FILE);
    check_small_cache(6, 1, COUNT_SMALL_CACHE_6_LINES_1_FILE);
    check_small_cache(8, 2, COUNT_SMALL_CACHE_8_LINES_2_FILES);
}

/* A program that reads bytes reads the sector again in which its last read ended. */
TEST(files_in_turns_cost_little_more_if_calls_read_a_sector_again)
{
    for (unsigned files = 2; files <= 3; files++)
        check_files(&(struct files){
            .begin = anywhere, .files = files, .sectors = FILE_SECTORS, .count = 64, .again = 1});
}

TEST(files_in_turns_cost_little_more_if_the_allocation_table_is_read_between)
{
    for (unsigned files = 2; files <= 3; files++)
        check_files(&(struct files){.begin = anywhere,
                                    .files = files,
                                    .sectors = FILE_SECTORS,
                                    .count = 16,
                                    .table_every = 8});
}

/* Reads elsewhere do not evict what is read ahead for the files. */
TEST(files_in_turns_cost_little_more_if_something_else_is_read_between)
{
    for (unsigned files = 2; files <= 3; files++)
        check_files(&(struct files){.begin = anywhere,
                                    .files = files,
                                    .sectors = FILE_SECTORS,
                                    .count = 16,
                                    .other_every = 96});
}

/* Read one after the other, adjacent files are one file. */
TEST(adjacent_files_in_turns_cost_little_more_than_one_after_the_other)
{
    static const uint64_t begin[] = {5003, 5003 + 8 * MIB_SECTORS, 5003 + 16 * MIB_SECTORS};

    for (unsigned files = 2; files <= 3; files++)
        check_files(&(struct files){
            .begin = begin, .files = files, .sectors = 8 * MIB_SECTORS, .count = 16});
}

/* Of 6 MiB in a row the third fill reads the rest. In turns, the cache cannot hold enough of both
 * halves before the third connection for that one to be the last. */
TEST(two_short_adjacent_files_in_turns_take_one_connection_more)
{
    static const uint64_t begin[] = {5003, 5003 + FILE_SECTORS};
    const struct files files = {.begin = begin, .files = 2, .sectors = FILE_SECTORS, .count = 16};
    struct reading_cost row = one_after_the_other(MODE_STRICT, &files);
    struct reading_cost turns = in_turns(MODE_STRICT, &files);

    CHECK_EQUAL(row.connections, 3);
    CHECK_EQUAL(turns.connections, 4);
    check_bound("sectors", turns.sectors, row.sectors);
}

/* One file is read eight times as fast as the other. */
TEST(a_slow_file_takes_little_of_the_read_ahead_of_a_fast_one)
{
    const struct files fast = {.begin = at_lines, .files = 1, .sectors = 16384, .count = 64};

    struct reading_cost alone = one_after_the_other(MODE_STRICT, &fast);
    reading_start(MODE_STRICT);
    for (uint32_t at = 0; at < fast.sectors; at += fast.count) {
        read_piece(&fast, 0, at);
        reading_check(at_lines[1] + at / 8, fast.count / 8);
    }
    struct reading_cost both = reading_cost();
    CHECK_EQUAL(alone.connections, COUNT_FAST_FILE_CONNECTIONS);
    CHECK_EQUAL(both.connections, COUNT_FAST_AND_SLOW_FILE_CONNECTIONS);
}

/* A file ends while the other goes on. */
TEST(the_file_that_goes_on_gets_the_whole_read_ahead)
{
    const struct files files = {
        .begin = anywhere, .files = 2, .sectors = FILE_SECTORS, .count = 16};
    const struct files rest = {
        .begin = anywhere, .files = 2, .sectors = 4 * FILE_SECTORS, .count = 16};

    in_turns(MODE_STRICT, &files);
    for (uint32_t at = FILE_SECTORS; at < rest.sectors; at += rest.count)
        read_piece(&rest, 1, at);
    check_cost(reading_cost(), COUNT_FILE_THAT_GOES_ON);
}

/* One call that reads ahead for all files reads no more than one for a single file. */
TEST(no_call_reads_more_than_seven_eighths_of_the_cache)
{
    for (uint32_t lines = 1; lines <= 48; lines += lines < 8 ? 1 : 8) {
        test_note("%u lines", lines);
        reading_start_small(MODE_STRICT, lines);
        for (uint32_t at = 0; at < MIB_SECTORS; at += 16)
            for (unsigned file = 0; file < FILES_MAX; file++) {
                uint64_t before = reading_cost().sectors;
                reading_check(anywhere[file] + at, 16);
                CHECK(reading_cost().sectors - before <= lines * CACHE_LINE_SECTORS * 7 / 8);
            }
    }
}

TEST(files_in_turns_are_read_up_to_the_end_of_the_disk)
{
    static const uint64_t begin[] = {8192, READING_DISK_SECTORS - FILE_SECTORS};
    const struct files files = {.begin = begin, .files = 2, .sectors = FILE_SECTORS, .count = 16};

    check_files(&files);
    CHECK_EQUAL(in_turns(MODE_STRICT, &files).connections, 4);
}

static void read_piece_of_disk(unsigned disk, uint32_t at)
{
    reading_check_disk(disk, anywhere[disk] + at, 16);
}

/* Each disk has connections of its own, and each file has half of the cache. */
TEST(files_of_two_disks_in_turns_have_the_listed_cost)
{
    reading_start_two(MODE_STRICT);
    for (unsigned disk = 0; disk < 2; disk++)
        for (uint32_t at = 0; at < FILE_SECTORS; at += 16)
            read_piece_of_disk(disk, at);
    check_cost(reading_cost(), COUNT_2_DISKS_ROW);

    reading_start_two(MODE_STRICT);
    for (uint32_t at = 0; at < FILE_SECTORS; at += 16)
        for (unsigned disk = 0; disk < 2; disk++)
            read_piece_of_disk(disk, at);
    check_cost(reading_cost(), COUNT_2_DISKS_TURNS);
}
