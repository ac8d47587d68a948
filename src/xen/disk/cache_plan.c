/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cache_plan.h"

#include "xen/base/bytes.h"

/* Limits of a fill. One that takes a connection reads at least a quarter of the lines, because the
 * connection costs more than the data. No fill reads more than seven eighths: the rest keeps what
 * boot loaders read repeatedly, the directories and block lists of a file system. */
#define FILL_MIN(lines) (CACHE_LINE_PAGES * (lines) / 4)
#define FILL_MAX(lines) (7 * CACHE_LINE_PAGES * (lines) / 8)

/* Pages to read ahead for each page that was read before it. */
#define AHEAD              1u
#define AHEAD_RECONNECTING 4u

/* After a read error, the number of fills that read only what is wanted: the next read-ahead would
 * probably meet the same bad sector. */
#define FILLS_WITHOUT_AHEAD 64

/* With fewer lines, what streams keep from each other would cost more fills than it saves. */
#define LINES_FOR_STREAMS 8u

static uint32_t plan_smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint64_t plan_line_end(uint64_t page)
{
    return (page + CACHE_LINE_PAGES - 1) & ~(uint64_t)(CACHE_LINE_PAGES - 1);
}

/* Return how many consecutive pages before @page are cached, at most @max. */
static uint32_t plan_count_before(struct cache *cache, const struct vbd *vbd, uint64_t page,
                                  uint32_t max)
{
    uint32_t before = 0;

    while (before < max && before < page && cache_has(cache, vbd, page - before - 1))
        before++;
    return before;
}

/* Return the pages that the running streams share. Each may take a line more, to its end. */
static uint32_t plan_shared(const struct cache *cache)
{
    uint32_t max = FILL_MAX(cache->lines);
    uint32_t line_ends = streams_running(&cache->streams) * CACHE_LINE_PAGES;

    return max > line_ends ? max - line_ends : 0;
}

/* Return how many pages a fill for a stream may read. */
static uint32_t plan_limit(const struct cache *cache, const struct stream *stream)
{
    uint32_t running = streams_running(&cache->streams);

    if (running <= 1)
        return FILL_MAX(cache->lines);
    uint32_t pages = plan_shared(cache);
    uint32_t share = streams_share(&cache->streams, stream, 0, pages);
    /* A stream that is new or slow needs more than its share, to need fewer fills. */
    uint32_t least = plan_smaller(FILL_MIN(cache->lines), pages / running);

    return share > least ? share : least;
}

/* Return the first page from @page on that is cached already, at most @max. */
static uint64_t plan_free_end(struct cache *cache, const struct vbd *vbd, uint64_t page,
                              uint64_t max)
{
    while (page < max && !cache_has(cache, vbd, page))
        page++;
    return page;
}

/* Return the end of a fill that begins at page @first and must include the pages up to @end. */
static uint64_t plan_end(struct cache *cache, const struct stream *stream, uint64_t first,
                         uint64_t end, bool reconnects)
{
    const struct vbd *vbd = stream->vbd;
    uint64_t last = vbd->sectors / SECTORS_PER_PAGE;
    uint32_t max = FILL_MAX(cache->lines), min = reconnects ? FILL_MIN(cache->lines) : 0;
    uint32_t limit = plan_limit(cache, stream);
    uint32_t before = plan_count_before(cache, vbd, first, max);
    uint32_t read = plan_smaller(stream_pages(stream), max);
    uint32_t more = (before > read ? before : read) * (reconnects ? AHEAD_RECONNECTING : AHEAD);
    uint64_t planned = end + more;

    if (cache->fills_without_ahead) {
        cache->fills_without_ahead--;
        return end;
    }
    if (planned - first < min)
        planned = first + min;
    if (planned - first > limit)
        planned = first + limit;
    /* Read whole lines if the fill is that long. */
    if (planned > end && planned - first >= CACHE_LINE_PAGES)
        planned = plan_line_end(planned);
    if (planned - first > max)
        planned = first + max;
    if (planned > last)
        planned = last;
    return plan_free_end(cache, vbd, end, planned);
}

/* Let the other running streams keep what they need of what a fill of @filled pages leaves. */
static void plan_others(struct cache *cache, const struct stream *stream, uint32_t filled)
{
    uint32_t pages = plan_shared(cache);

    pages = pages > filled ? pages - filled : 0;
    for (uint32_t i = 0; i < STREAMS_MAX; i++) {
        struct stream *other = &cache->streams.stream[i];

        other->share = 0;
        if (!other->running || other == stream)
            continue;
        other->share = streams_share(&cache->streams, other, stream, pages);
        uint64_t end = other->next + (uint64_t)other->share * SECTORS_PER_PAGE;
        if (other->end > end)
            other->end = end;
    }
}

/* Note that a stream is read ahead up to page @end, from page @first on. */
static void plan_set(struct stream *stream, uint64_t first, uint64_t end, struct cache_range *range)
{
    stream->end = end * SECTORS_PER_PAGE;
    range->sector = first * SECTORS_PER_PAGE;
    range->count = (uint32_t)(end - first) * SECTORS_PER_PAGE;
}

/* Not inlined: its frame would stay on the small stack during the transfers that follow. */
__attribute__((noinline)) bool cache_plan(struct cache *cache, const struct vbd *vbd,
                                          uint64_t sector, uint32_t count, bool reconnects,
                                          struct cache_range *range)
{
    uint64_t first = sector / SECTORS_PER_PAGE;
    uint64_t end = (sector + count + SECTORS_PER_PAGE - 1) / SECTORS_PER_PAGE;

    /* Do not cache a partial page at the end: the disk may grow. */
    if (vbd->shared_writable || end > vbd->sectors / SECTORS_PER_PAGE)
        return false;
    while (first < end && cache_has(cache, vbd, first))
        first++;
    if (first == end || (end - 1) / CACHE_LINE_PAGES - first / CACHE_LINE_PAGES >= cache->lines)
        return false;
    struct stream unknown = {.vbd = vbd};
    struct stream *stream = &unknown;
    if (cache->lines >= LINES_FOR_STREAMS)
        stream = streams_begin_fill(&cache->streams, vbd, sector, count);
    end = plan_end(cache, stream, first, end, reconnects);
    plan_set(stream, first, end, range);
    plan_others(cache, stream, (uint32_t)(end - first));
    return true;
}

/* Plan read-ahead for a stream for which no caller waits. Return: false if it has its share. */
static bool plan_ahead(struct cache *cache, struct stream *stream, struct cache_range *range)
{
    const struct vbd *vbd = stream->vbd;
    uint64_t first = stream->next / SECTORS_PER_PAGE;
    uint64_t planned = plan_line_end(first + stream->share), last = vbd->sectors / SECTORS_PER_PAGE;

    if (planned > last)
        planned = last;
    while (first < planned && cache_has(cache, vbd, first))
        first++;
    uint64_t end = plan_free_end(cache, vbd, first, planned);
    if (first >= end)
        return false;
    plan_set(stream, first, end, range);
    return true;
}

/* Not inlined, for the same reason. */
__attribute__((noinline)) bool cache_plan_more(struct cache *cache, const struct vbd *vbd,
                                               struct cache_range *range)
{
    struct streams *streams = &cache->streams;

    if (cache->fills_without_ahead || !streams->in_turns)
        return false;
    for (uint32_t i = 0; i < STREAMS_MAX; i++) {
        struct stream *stream = &streams->stream[i];

        if (!stream->share || stream->vbd != vbd)
            continue;
        bool more = plan_ahead(cache, stream, range);
        stream->filled = streams->fills;
        stream->share = 0;
        if (more)
            return true;
    }
    return false;
}

void cache_suspend_read_ahead(struct cache *cache)
{
    cache->fills_without_ahead = FILLS_WITHOUT_AHEAD;
}
