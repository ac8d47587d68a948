/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "stream.h"

#include "xen/base/bytes.h"

/* Reads in a row that make a stream. One alone may be random. */
#define READS_OF_A_STREAM 2u

/* A program that reads bytes, not sectors, reads the sector again in which its last read ended. */
#define SECTORS_READ_AGAIN SECTORS_PER_PAGE

/* After as many sectors of all streams, what each has read counts half: 2 MiB. */
#define SECTORS_OF_A_COUNT 4096u

/* A new stream takes those for running that were read since this many fills ago, because several
 * reads elsewhere may come between two reads of a stream. */
#define FILLS_BEFORE_A_STREAM 3u

/* A read elsewhere takes the place of an earlier one, and not of a stream that was read since this
 * many fills ago. An older stream goes first, or else those that are read no more would leave one
 * place for all new ones. */
#define FILLS_OF_A_STREAM 16u

static bool stream_is_continued(const struct stream *stream, const struct vbd *vbd, uint64_t sector,
                                uint32_t count)
{
    return stream->vbd == vbd && sector <= stream->next &&
           stream->next - sector <= SECTORS_READ_AGAIN && sector + count > stream->next;
}

static struct stream *streams_find(struct streams *streams, const struct vbd *vbd, uint64_t sector,
                                   uint32_t count)
{
    for (uint32_t i = 0; i < STREAMS_MAX; i++)
        if (stream_is_continued(&streams->stream[i], vbd, sector, count))
            return &streams->stream[i];
    return 0;
}

/* Count sectors that a stream has read. */
static void streams_count(struct streams *streams, struct stream *stream, uint32_t sectors)
{
    stream->recent += sectors;
    streams->counted += sectors;
    if (streams->counted < SECTORS_OF_A_COUNT)
        return;
    streams->counted = 0;
    for (uint32_t i = 0; i < STREAMS_MAX; i++)
        streams->stream[i].recent /= 2;
}

void streams_note_read(struct streams *streams, const struct vbd *vbd, uint64_t sector,
                       uint32_t count)
{
    struct stream *stream = streams_find(streams, vbd, sector, count);

    if (!stream)
        return;
    streams_count(streams, stream, (uint32_t)(sector + count - stream->next));
    stream->next = sector + count;
    stream->used = streams->fills;
    if (stream->reads < READS_OF_A_STREAM)
        stream->reads++;
}

/* Return how long ago a stream was of use, in fills. Their count wraps around; differences do not.
 */
static uint32_t stream_age(const struct streams *streams, const struct stream *stream)
{
    uint32_t age = streams->fills - stream->used;

    return stream->reads < READS_OF_A_STREAM ? age + FILLS_OF_A_STREAM : age;
}

/* Choose the place of a new stream: a free one, or else that of the oldest. */
static struct stream *streams_choose(struct streams *streams)
{
    struct stream *oldest = &streams->stream[0];

    for (uint32_t i = 0; i < STREAMS_MAX; i++) {
        struct stream *stream = &streams->stream[i];
        if (!stream->vbd)
            return stream;
        if (stream_age(streams, stream) > stream_age(streams, oldest))
            oldest = stream;
    }
    return oldest;
}

/* Check whether a stream is read while another one is, the fill of which begins. */
static bool stream_runs_beside(const struct streams *streams, const struct stream *candidate,
                               const struct stream *filled)
{
    return candidate->vbd && candidate->reads == READS_OF_A_STREAM &&
           streams->fills - candidate->used <= streams->fills - filled->filled;
}

struct stream *streams_begin_fill(struct streams *streams, const struct vbd *vbd, uint64_t sector,
                                  uint32_t count)
{
    struct stream *stream = streams_find(streams, vbd, sector, count);

    if (!stream) {
        stream = streams_choose(streams);
        *stream = (struct stream){.vbd = vbd,
                                  .begin = sector,
                                  .next = sector,
                                  .end = sector,
                                  .used = streams->fills,
                                  .filled = streams->fills - FILLS_BEFORE_A_STREAM};
    }
    for (uint32_t i = 0; i < STREAMS_MAX; i++) {
        struct stream *other = &streams->stream[i];
        other->running = other == stream || stream_runs_beside(streams, other, stream);
    }
    streams->in_turns = stream->reads == READS_OF_A_STREAM;
    stream->filled = ++streams->fills;
    return stream;
}

uint32_t streams_running(const struct streams *streams)
{
    uint32_t running = 0;

    for (uint32_t i = 0; i < STREAMS_MAX; i++)
        running += streams->stream[i].running;
    return running;
}

uint32_t streams_share(const struct streams *streams, const struct stream *of,
                       const struct stream *except, uint32_t pages)
{
    uint32_t all = 0;

    for (uint32_t i = 0; i < STREAMS_MAX; i++)
        if (streams->stream[i].running && &streams->stream[i] != except)
            all += streams->stream[i].recent;
    /* The sum is less than twice SECTORS_OF_A_COUNT and a call: 2^14. The cache has at most 2^12
     * pages. */
    return all ? pages * of->recent / all : 0;
}

uint32_t stream_pages(const struct stream *stream)
{
    return (uint32_t)((stream->next - stream->begin) / SECTORS_PER_PAGE);
}

enum stream_rank streams_rank(const struct streams *streams, const struct vbd *vbd, uint64_t sector,
                              uint32_t count)
{
    enum stream_rank rank = STREAM_OTHER;

    for (uint32_t i = 0; i < STREAMS_MAX; i++) {
        const struct stream *stream = &streams->stream[i];

        if (!stream->running || stream->vbd != vbd)
            continue;
        if (sector + count > stream->next && sector < stream->end)
            return STREAM_AHEAD;
        /* The last line is kept, because the next read may begin in it. */
        if (stream->next - stream->begin > streams->room && sector + count > stream->begin &&
            sector + count + count <= stream->next)
            rank = STREAM_BEHIND;
    }
    return rank;
}

void streams_drop(struct streams *streams, const struct vbd *vbd)
{
    for (uint32_t i = 0; i < STREAMS_MAX; i++)
        if (!vbd || streams->stream[i].vbd == vbd)
            streams->stream[i] = (struct stream){.vbd = 0};
}

void streams_drop_others(struct streams *streams, const struct vbd *vbd)
{
    for (uint32_t i = 0; i < STREAMS_MAX; i++)
        if (streams->stream[i].vbd != vbd)
            streams->stream[i] = (struct stream){.vbd = 0};
}
