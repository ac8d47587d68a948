/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cache.h"

#include "bytes.h"
#include "platform.h"

/* A fill takes at least an eighth of the lines, because a connection costs more than to read so
 * much, and at most three quarters: the rest keeps what boot loaders come back to, the directories
 * and block lists of a file system. */
#define FILL_LEAST(lines) ((lines) / 8)
#define FILL_MOST(lines)  ((lines)*3 / 4)

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

static uint8_t *cache_memory(const struct cache *cache, const struct cache_line *line)
{
    return cache->memory + (uint32_t)(line - cache->line) * CACHE_LINE_BYTES;
}

/* The line that begins at @start, or NULL. */
static struct cache_line *cache_find(struct cache *cache, const struct vbd *vbd, uint64_t start)
{
    for (uint32_t i = 0; i < cache->lines; i++)
        if (cache->line[i].vbd == vbd && cache->line[i].start == start)
            return &cache->line[i];
    return 0;
}

/* The line to use for something new. */
static struct cache_line *cache_victim(struct cache *cache)
{
    struct cache_line *victim = &cache->line[0];

    for (uint32_t i = 0; i < cache->lines; i++) {
        struct cache_line *line = &cache->line[i];
        if (!line->vbd)
            return line;
        /* The count of uses wraps around; ages do not. */
        if (cache->uses - line->used > cache->uses - victim->used)
            victim = line;
    }
    return victim;
}

void cache_init(struct cache *cache, uint32_t bytes)
{
    bytes_zero(cache, sizeof(*cache));
    if (bytes > CACHE_LINES_MOST * CACHE_LINE_BYTES)
        bytes = CACHE_LINES_MOST * CACHE_LINE_BYTES;
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

    while (count) {
        struct cache_part part = cache_part(sector, count);
        struct cache_line *line = cache_find(cache, vbd, part.start);

        if (!line || part.skip + part.count > line->count)
            return false;
        line->used = ++cache->uses;
        bytes_copy(to, cache_memory(cache, line) + part.skip * SECTOR_BYTES,
                   part.count * SECTOR_BYTES);
        to += part.count * SECTOR_BYTES;
        sector += part.count;
        count -= part.count;
    }
    return true;
}

/* Read a line unless it is there. Return: 0 or the disk's error. */
static int cache_fill_line(struct cache *cache, struct vbd *vbd, uint64_t start)
{
    struct cache_line *line = cache_find(cache, vbd, start);
    uint64_t left = vbd->sectors - start;
    uint32_t count = left < CACHE_LINE_SECTORS ? (uint32_t)left : CACHE_LINE_SECTORS;

    if (!line) {
        line = cache_victim(cache);
        line->vbd = 0;
        int error = vbd_read(vbd, start, count, cache_memory(cache, line));
        if (error)
            return error;
        line->vbd = vbd;
        line->start = start;
        line->count = count;
    }
    line->used = ++cache->uses;
    return 0;
}

/* How many lines to read at @start, where @wanted are asked for. */
static uint32_t cache_plan(struct cache *cache, const struct vbd *vbd, uint64_t start,
                           uint32_t wanted)
{
    uint32_t most = FILL_MOST(cache->lines), least = FILL_LEAST(cache->lines);
    uint32_t before = 0;

    while (wanted + before < most && start >= CACHE_LINE_SECTORS) {
        start -= CACHE_LINE_SECTORS;
        if (!cache_find(cache, vbd, start))
            break;
        before++;
    }
    return wanted + before < least ? least : wanted + before;
}

int cache_fill(struct cache *cache, struct vbd *vbd, uint64_t sector, uint32_t count)
{
    uint64_t start = sector - cache_part(sector, count).skip;
    uint32_t wanted =
        (uint32_t)(sector + count - start + CACHE_LINE_SECTORS - 1) / CACHE_LINE_SECTORS;

    if (wanted > cache->lines || !wanted)
        return 0;
    uint32_t lines = cache_plan(cache, vbd, start, wanted);
    for (uint32_t filled = 0; filled < lines && start < vbd->sectors; filled++) {
        int error = cache_fill_line(cache, vbd, start);
        if (error)
            return filled < wanted ? error : 0;
        start += CACHE_LINE_SECTORS;
    }
    return 0;
}

void cache_update(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count,
                  const void *buffer)
{
    const uint8_t *from = buffer;

    while (count) {
        struct cache_part part = cache_part(sector, count);
        struct cache_line *line = cache_find(cache, vbd, part.start);

        if (line && part.skip + part.count <= line->count)
            bytes_copy(cache_memory(cache, line) + part.skip * SECTOR_BYTES, from,
                       part.count * SECTOR_BYTES);
        else if (line)
            line->vbd = 0;
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
            line->vbd = 0;
        sector += part.count;
        count -= part.count;
    }
}

void cache_drop(struct cache *cache, const struct vbd *vbd)
{
    for (uint32_t i = 0; i < cache->lines; i++)
        if (!vbd || cache->line[i].vbd == vbd)
            cache->line[i].vbd = 0;
}
