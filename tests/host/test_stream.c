/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* In which order the cached data of streams is evicted. */
#include "test.h"
#include "xen/base/bytes.h"
#include "xen/disk/stream.h"

#define LINE 128u

static struct streams streams;
static const struct vbd disk, other;

static void read_from(uint64_t sector, uint32_t count)
{
    streams_note_read(&streams, &disk, sector, count);
}

static enum stream_rank rank(const struct vbd *vbd, uint64_t sector)
{
    return streams_rank(&streams, vbd, sector, LINE);
}

/* A stream from line 10 on that is read up to line 15, and read ahead up to line 20. @room: lines
 * of the cache. */
static void read_five_lines(uint32_t room)
{
    struct stream *stream = streams_begin_fill(&streams, &disk, 10 * LINE + 20, LINE);

    streams.room = room * LINE;
    stream->end = 20 * LINE;
    for (uint64_t line = 10; line < 15; line++)
        read_from(line * LINE + 20, LINE);
}

static void check_ranks(uint64_t line, uint64_t end, enum stream_rank expected)
{
    for (; line < end; line++)
        CHECK_EQUAL(rank(&disk, line * LINE), expected);
}

TEST(what_a_stream_will_read_is_evicted_last)
{
    read_five_lines(5);
    check_ranks(9, 15, STREAM_OTHER);
    check_ranks(15, 20, STREAM_AHEAD);
    check_ranks(20, 21, STREAM_OTHER);
}

TEST(what_a_stream_longer_than_the_cache_has_read_is_evicted_first)
{
    read_five_lines(4);
    check_ranks(9, 10, STREAM_OTHER);
    check_ranks(10, 14, STREAM_BEHIND);
    /* The next read may begin in the last line that it has read. */
    check_ranks(14, 15, STREAM_OTHER);
    check_ranks(15, 20, STREAM_AHEAD);
    check_ranks(20, 21, STREAM_OTHER);
}

TEST(a_stream_says_nothing_about_other_disks)
{
    read_five_lines(4);
    CHECK_EQUAL(rank(&disk, 11 * LINE), STREAM_BEHIND);
    CHECK_EQUAL(rank(&other, 11 * LINE), STREAM_OTHER);
    CHECK_EQUAL(rank(&disk, 15 * LINE), STREAM_AHEAD);
    CHECK_EQUAL(rank(&other, 15 * LINE), STREAM_OTHER);
}

TEST(running_streams_are_found_when_the_count_of_fills_wraps_around)
{
    streams.fills = UINT32_MAX;
    struct stream *first = streams_begin_fill(&streams, &disk, 0, 8);
    read_from(0, 8);
    read_from(8, 8);
    struct stream *second = streams_begin_fill(&streams, &disk, 5000, 8);
    CHECK(first != second);
    CHECK_EQUAL(streams.fills, 1);
    CHECK_EQUAL(streams_running(&streams), 2);
}

TEST(the_least_recently_used_stream_is_replaced_when_the_count_of_fills_has_wrapped_around)
{
    streams.fills = UINT32_MAX - 3;
    struct stream *first = streams_begin_fill(&streams, &disk, 0, 8);
    struct stream *second = streams_begin_fill(&streams, &disk, 1000, 8);
    for (uint32_t i = 2; i < STREAMS_MAX; i++)
        streams_begin_fill(&streams, &disk, 1000 * i, 8);
    read_from(0, 8);
    CHECK_EQUAL(streams.fills, STREAMS_MAX - 4);
    CHECK(streams_begin_fill(&streams, &disk, 1000 * STREAMS_MAX, 8) == second);
    CHECK_EQUAL(first->begin, 0);
}

/* Begin a stream, and show that it is one. */
static struct stream *begin_stream(uint64_t sector)
{
    struct stream *stream = streams_begin_fill(&streams, &disk, sector, 8);

    read_from(sector, 8);
    read_from(sector + 8, 8);
    return stream;
}

static struct stream *read_elsewhere(unsigned time)
{
    return streams_begin_fill(&streams, &disk, 1000000 + 1000 * time, 8);
}

TEST(reads_elsewhere_take_the_places_of_each_other_and_not_of_a_stream)
{
    for (uint32_t i = 1; i < STREAMS_MAX; i++)
        begin_stream(1000 * i);
    struct stream *place = read_elsewhere(0);
    for (unsigned time = 1; time < 4; time++)
        CHECK(read_elsewhere(time) == place);
}

TEST(a_stream_that_is_read_no_more_is_replaced)
{
    struct stream *first = begin_stream(1000);
    unsigned times = 0;

    for (uint32_t i = 2; i < STREAMS_MAX; i++)
        begin_stream(1000 * i);
    while (first->begin == 1000 && times < 100)
        read_elsewhere(times++);
    CHECK(times > 1 && times < 20);
}
