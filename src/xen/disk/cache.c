/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cache.h"

#include "xen/base/bytes.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"

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

bool cache_has(struct cache *cache, const struct vbd *vbd, uint64_t page)
{
    struct cache_part part = cache_part(page * SECTORS_PER_PAGE, SECTORS_PER_PAGE);
    struct cache_line *line = cache_find(cache, vbd, part.start);

    return line && (line->pages & cache_pages(&part));
}

/* Choose the line to reuse: a free one, or else the least recently used of those with the lowest
 * rank. */
static struct cache_line *cache_victim(struct cache *cache)
{
    struct cache_line *victim = &cache->line[0];
    enum stream_rank lowest = STREAM_AHEAD;

    for (uint32_t i = 0; i < cache->lines; i++) {
        struct cache_line *line = &cache->line[i];
        if (!line->vbd)
            return line;
        enum stream_rank rank =
            streams_rank(&cache->streams, line->vbd, line->start, CACHE_LINE_SECTORS);
        /* The count of uses wraps around; differences do not. */
        if (rank < lowest ||
            (rank == lowest && cache->uses - line->used > cache->uses - victim->used)) {
            victim = line;
            lowest = rank;
        }
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
    cache->streams.room = cache->lines * CACHE_LINE_SECTORS;
}

bool cache_read(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count,
                void *buffer)
{
    uint8_t *to = buffer;
    uint64_t first = sector;
    uint32_t left = count;

    /* The disk may have become smaller, or shared with other writers. */
    if (vbd->shared_writable || sector > vbd->sectors || count > vbd->sectors - sector)
        return false;
    while (left) {
        struct cache_part part = cache_part(first, left);
        struct cache_line *line = cache_find(cache, vbd, part.start);

        if (!line || (cache_pages(&part) & ~(uint32_t)line->pages))
            return false;
        line->used = ++cache->uses;
        sectors_copy(to, cache_memory(cache, line) + part.skip * SECTOR_BYTES, part.count);
        to += part.count * SECTOR_BYTES;
        first += part.count;
        left -= part.count;
    }
    streams_note_read(&cache->streams, vbd, sector, count);
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
    streams_drop_others(&cache->streams, vbd);
}

void cache_drop(struct cache *cache, const struct vbd *vbd)
{
    for (uint32_t i = 0; i < cache->lines; i++)
        if (!vbd || cache->line[i].vbd == vbd)
            cache->line[i].vbd = 0;
    streams_drop(&cache->streams, vbd);
}
