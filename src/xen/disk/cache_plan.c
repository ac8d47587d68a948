/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cache_plan.h"

#include "xen/base/bytes.h"

/* Limits of a fill. One that takes a connection reads at least a quarter of the lines, because the
 * connection costs more than the data. No fill reads more than seven eighths: the rest keeps what
 * boot loaders read repeatedly, the directories and block lists of a file system. */
#define FILL_MIN(lines) ((lines)*CACHE_LINE_PAGES / 4)
#define FILL_MAX(lines) ((lines)*CACHE_LINE_PAGES * 7 / 8)

/* Pages to read ahead for each page that was read before it. */
#define AHEAD              1u
#define AHEAD_RECONNECTING 4u

/* After a read error, the number of fills that read only what is wanted: the next read-ahead would
 * probably meet the same bad sector. */
#define FILLS_WITHOUT_AHEAD 64

/* Return how many consecutive pages before @page are cached, at most @max. */
static uint32_t cache_count_before(struct cache *cache, const struct vbd *vbd, uint64_t page,
                                   uint32_t max)
{
    uint32_t before = 0;

    while (before < max && before < page && cache_has(cache, vbd, page - before - 1))
        before++;
    return before;
}

/* Return the end of a fill that begins at page @first and must include the pages up to @end. */
static uint64_t cache_plan_end(struct cache *cache, const struct vbd *vbd, uint64_t first,
                               uint64_t end, bool reconnects)
{
    uint64_t last = vbd->sectors / SECTORS_PER_PAGE;
    uint32_t max = FILL_MAX(cache->lines), min = reconnects ? FILL_MIN(cache->lines) : 0;
    uint32_t ahead = cache_count_before(cache, vbd, first, max);
    uint32_t more = ahead * (reconnects ? AHEAD_RECONNECTING : AHEAD);
    uint64_t planned = end + more;

    if (cache->fills_without_ahead) {
        cache->fills_without_ahead--;
        return end;
    }
    if (planned - first < min)
        planned = first + min;
    /* Read whole lines if the fill is that long. */
    if (planned > end && planned - first >= CACHE_LINE_PAGES)
        planned = (planned + CACHE_LINE_PAGES - 1) & ~(uint64_t)(CACHE_LINE_PAGES - 1);
    if (planned - first > max)
        planned = first + max;
    if (planned > last)
        planned = last;
    /* Stop at a page that is cached already. */
    while (end < planned && !cache_has(cache, vbd, end))
        end++;
    return end;
}

bool cache_plan(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count,
                bool reconnects, struct cache_range *range)
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
    end = cache_plan_end(cache, vbd, first, end, reconnects);
    range->sector = first * SECTORS_PER_PAGE;
    range->count = (uint32_t)(end - first) * SECTORS_PER_PAGE;
    return true;
}

void cache_suspend_read_ahead(struct cache *cache)
{
    cache->fills_without_ahead = FILLS_WITHOUT_AHEAD;
}
