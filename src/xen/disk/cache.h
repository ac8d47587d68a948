/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A read cache for the disks, with read-ahead: most int13 calls read what follows the last one, and
 * are served without the backend.
 *
 * It is passive: cache_plan.h says what to read, and it gets the data that was read or written
 * (cached_io.h), but reads and writes nothing itself. A caller that lets another writer use a disk
 * must drop its data.
 */
#ifndef XEN_CACHE_H
#define XEN_CACHE_H

#include "stream.h"
#include "xen/blk/vbd.h"

/** A line: the unit of eviction. Each of its pages is cached or not. */
#define CACHE_LINE_PAGES   16u
#define CACHE_LINE_SECTORS (CACHE_LINE_PAGES * SECTORS_PER_PAGE)
#define CACHE_LINE_BYTES   (CACHE_LINE_PAGES * PAGE_BYTES)

/** Maximum number of lines; more memory is not used. */
#define CACHE_LINES_MAX 256u

struct cache_line {
    const struct vbd *vbd; /* NULL: free line */
    uint64_t start;        /* its first sector, a multiple of CACHE_LINE_SECTORS */
    uint32_t used;         /* value of cache.uses when it was last used */
    uint16_t pages;        /* bit mask of its cached pages, bit 0 for the first */
};

struct cache {
    uint8_t *memory; /* of all lines */
    uint32_t lines;
    uint32_t uses;
    uint32_t found;               /* the line that was found last */
    uint32_t fills_without_ahead; /* number of fills left without read-ahead */
    struct streams streams;
    struct cache_line line[CACHE_LINES_MAX];
};

/**
 * Initialise a cache with @bytes of reserved memory, halved until an allocation succeeds.
 *
 * If none succeeds the cache has no lines, and its functions do nothing.
 */
void cache_init(struct cache *cache, uint32_t bytes);

/** Copy @count sectors, from @sector on, into @buffer, and note that their stream has got them.
 * Return: false if they are not all cached, or if others write to the disk by now. */
bool cache_read(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count,
                void *buffer);

/** Check whether page @page of the disk is cached. */
bool cache_has(struct cache *cache, const struct vbd *vbd, uint64_t page);

/** The context of the sinks below: a cache, and the disk whose data it gets. */
struct cache_of_disk {
    struct cache *cache;
    const struct vbd *vbd;
};

/** Cache what was read: whole pages. A vbd_sink. @context: a struct cache_of_disk. */
void cache_put(void *context, uint64_t sector, const void *data, uint32_t count);

/** Update the cached copies of what goes to the disk. A vbd_sink. @context: a struct
 * cache_of_disk. */
void cache_update(void *context, uint64_t sector, const void *data, uint32_t count);

/** Forget the pages of @count sectors from @sector on. */
void cache_forget(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count);

/** Forget all data of a disk, or of all disks if @vbd is NULL. */
void cache_drop(struct cache *cache, const struct vbd *vbd);

/** Forget all data of all disks but @vbd. */
void cache_drop_others(struct cache *cache, const struct vbd *vbd);

#endif
