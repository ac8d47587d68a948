/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cache.h"

#include "xen/base/bytes.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"

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

/* The part of a transfer that lies in one line. */
struct cache_part {
    uint64_t start; /* of the line */
    uint32_t skip;  /* sectors of the line before the part */
    uint32_t count;
};

static struct cache_part cache_part(uint64_t sector, uint32_t count)
{
    struct cache_part part = {.skip = (uint32_t)sector & (CACHE_LINE_SECTORS - 1)};

    part.start = sector - part.skip;
    part.count = CACHE_LINE_SECTORS - part.skip;
    if (part.count > count)
        part.count = count;
    return part;
}

/* Return the pages of the line that a part covers, as a bit mask. */
static uint32_t cache_pages(const struct cache_part *part)
{
    uint32_t first = part->skip / SECTORS_PER_PAGE;
    uint32_t end = (part->skip + part->count + SECTORS_PER_PAGE - 1) / SECTORS_PER_PAGE;

    return (1u << end) - (1u << first);
}

static uint8_t *cache_memory(const struct cache *cache, const struct cache_line *line)
{
    return cache->memory + (uint32_t)(line - cache->line) * CACHE_LINE_BYTES;
}

/* Find the line that begins at @start. Return: NULL if there is none. */
static struct cache_line *cache_find(struct cache *cache, const struct vbd *vbd, uint64_t start)
{
    /* Usually it is the line that was found last. */
    for (uint32_t i = 0, at = cache->found; i < cache->lines; i++, at++) {
        if (at >= cache->lines)
            at = 0;
        if (cache->line[at].vbd == vbd && cache->line[at].start == start) {
            cache->found = at;
            return &cache->line[at];
        }
    }
    return 0;
}

/* Check whether page @page of the disk is cached. */
static bool cache_has(struct cache *cache, const struct vbd *vbd, uint64_t page)
{
    struct cache_part part = cache_part(page * SECTORS_PER_PAGE, SECTORS_PER_PAGE);
    struct cache_line *line = cache_find(cache, vbd, part.start);

    return line && (line->pages & cache_pages(&part));
}

/* Choose the line to reuse: a free one, or else the least recently used. */
static struct cache_line *cache_victim(struct cache *cache)
{
    struct cache_line *victim = &cache->line[0];

    for (uint32_t i = 0; i < cache->lines; i++) {
        struct cache_line *line = &cache->line[i];
        if (!line->vbd)
            return line;
        /* The count of uses wraps around; differences do not. */
        if (cache->uses - line->used > cache->uses - victim->used)
            victim = line;
    }
    return victim;
}

void cache_init(struct cache *cache, uint32_t bytes)
{
    bytes_zero(cache, sizeof(*cache));
    if (bytes > CACHE_LINES_MAX * CACHE_LINE_BYTES)
        bytes = CACHE_LINES_MAX * CACHE_LINE_BYTES;
    for (; bytes >= CACHE_LINE_BYTES && !cache->memory; bytes /= 2) {
        cache->lines = bytes / CACHE_LINE_BYTES;
        cache->memory = platform_alloc_reserved(cache->lines * CACHE_LINE_BYTES, PAGE_BYTES);
    }
    if (!cache->memory)
        cache->lines = 0;
}

bool cache_read(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count,
                void *buffer)
{
    uint8_t *to = buffer;

    /* The disk may have become smaller, or shared with other writers. */
    if (vbd->shared_writable || sector > vbd->sectors || count > vbd->sectors - sector)
        return false;
    while (count) {
        struct cache_part part = cache_part(sector, count);
        struct cache_line *line = cache_find(cache, vbd, part.start);

        if (!line || (cache_pages(&part) & ~(uint32_t)line->pages))
            return false;
        line->used = ++cache->uses;
        sectors_copy(to, cache_memory(cache, line) + part.skip * SECTOR_BYTES, part.count);
        to += part.count * SECTOR_BYTES;
        sector += part.count;
        count -= part.count;
    }
    return true;
}

void cache_put(void *context, uint64_t sector, const void *data, uint32_t count)
{
    const struct cache_of_disk *of = context;
    struct cache *cache = of->cache;
    const uint8_t *from = data;

    while (count) {
        struct cache_part part = cache_part(sector, count);
        struct cache_line *line = cache_find(cache, of->vbd, part.start);

        if (!line) {
            line = cache_victim(cache);
            line->vbd = of->vbd;
            line->start = part.start;
            line->pages = 0;
        }
        sectors_copy(cache_memory(cache, line) + part.skip * SECTOR_BYTES, from, part.count);
        line->pages |= (uint16_t)cache_pages(&part);
        line->used = ++cache->uses;
        from += part.count * SECTOR_BYTES;
        sector += part.count;
        count -= part.count;
    }
}

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

void cache_forget(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count)
{
    while (count) {
        struct cache_part part = cache_part(sector, count);
        struct cache_line *line = cache_find(cache, vbd, part.start);

        if (line)
            line->pages &= (uint16_t)~cache_pages(&part);
        sector += part.count;
        count -= part.count;
    }
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

void cache_update(void *context, uint64_t sector, const void *data, uint32_t count)
{
    const struct cache_of_disk *of = context;
    struct cache *cache = of->cache;
    const uint8_t *from = data;

    while (count) {
        struct cache_part part = cache_part(sector, count);
        struct cache_line *line = cache_find(cache, of->vbd, part.start);

        /* Pages that are not cached are never read. */
        if (line)
            sectors_copy(cache_memory(cache, line) + part.skip * SECTOR_BYTES, from, part.count);
        from += part.count * SECTOR_BYTES;
        sector += part.count;
        count -= part.count;
    }
}

void cache_drop_others(struct cache *cache, const struct vbd *vbd)
{
    for (uint32_t i = 0; i < cache->lines; i++)
        if (cache->line[i].vbd != vbd)
            cache->line[i].vbd = 0;
}

void cache_drop(struct cache *cache, const struct vbd *vbd)
{
    for (uint32_t i = 0; i < cache->lines; i++)
        if (!vbd || cache->line[i].vbd == vbd)
            cache->line[i].vbd = 0;
}
