/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A read cache for the disks, with read-ahead: most int13 calls read what follows the last one, and
 * are served without the backend.
 *
 * It is passive: it plans what to read and gets the data that was read or written (cached_io.h),
 * but reads and writes nothing itself. A caller that lets another writer use a disk must drop its
 * data.
 */
#ifndef XEN_CACHE_H
#define XEN_CACHE_H

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
    struct cache_line line[CACHE_LINES_MAX];
};

/**
 * Initialise a cache with @bytes of reserved memory, halved until an allocation succeeds.
 *
 * If none succeeds the cache has no lines, and its functions do nothing.
 */
void cache_init(struct cache *cache, uint32_t bytes);

/** Copy @count sectors, from @sector on, into @buffer. Return: false if they are not all cached, or
 * if others write to the disk by now. */
bool cache_read(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count,
                void *buffer);

/** A range of sectors of a disk. */
struct cache_range {
    uint64_t sector;
    uint32_t count;
};

/**
 * Plan what to read from a disk for a caller that wants @count sectors from @sector on, which must
 * be on the disk: their missing pages, and as many pages of read-ahead as are cached before them,
 * so that a sequential reader needs fewer and fewer reads.
 *
 * @reconnects: whether the read costs a connection: it then covers at least a quarter of the cache,
 * and the read-ahead is four times what is cached before.
 *
 * Return: false if there is nothing to read into the cache: all is cached; others write to the
 * disk; it is more than the lines can hold; or it is past the last whole page of the disk.
 */
bool cache_plan(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count,
                bool reconnects, struct cache_range *range);

/** Suspend read-ahead for a while, after a range that could not be read. */
void cache_suspend_read_ahead(struct cache *cache);

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
