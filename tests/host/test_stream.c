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

TEST(what_a_stream_has_read_is_evicted_first_and_what_it_will_read_last)
{
    struct stream *stream = streams_begin_fill(&streams, &disk, 10 * LINE + 20, LINE);

    stream->end = 20 * LINE;
    for (uint64_t line = 10; line < 15; line++)
        read_from(line * LINE + 20, LINE);
    CHECK_EQUAL(rank(&disk, 9 * LINE), STREAM_OTHER);
    for (uint64_t line = 10; line < 14; line++)
        CHECK_EQUAL(rank(&disk, line * LINE), STREAM_BEHIND);
    /* The next read may begin in the last line that it has read. */
    CHECK_EQUAL(rank(&disk, 14 * LINE), STREAM_OTHER);
    for (uint64_t line = 15; line < 20; line++)
        CHECK_EQUAL(rank(&disk, line * LINE), STREAM_AHEAD);
    CHECK_EQUAL(rank(&disk, 20 * LINE), STREAM_OTHER);
}

TEST(a_stream_says_nothing_about_other_disks)
{
    streams_begin_fill(&streams, &disk, 0, LINE)->end = 10 * LINE;
    for (uint64_t line = 0; line < 5; line++)
        read_from(line * LINE, LINE);
    CHECK_EQUAL(rank(&disk, 0), STREAM_BEHIND);
    CHECK_EQUAL(rank(&other, 0), STREAM_OTHER);
    CHECK_EQUAL(rank(&disk, 5 * LINE), STREAM_AHEAD);
    CHECK_EQUAL(rank(&other, 5 * LINE), STREAM_OTHER);
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
    CHECK_EQUAL(streams.fills, 4);
    CHECK(streams_begin_fill(&streams, &disk, 1000 * STREAMS_MAX, 8) == second);
    CHECK_EQUAL(first->begin, 0);
}
