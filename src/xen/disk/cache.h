/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A cache of what was read from disks, with read-ahead: most calls of int13 read what follows the
 * last one, and are served without the backend.
 *
 * It is passive: it plans what to read, is given what was read and what was written (cached_io.h),
 * and reads and writes nothing itself. Whoever lets another one write to a disk drops it.
 */
#ifndef XEN_CACHE_H
#define XEN_CACHE_H

#include "xen/blk/vbd.h"

/** A page: what is there or not. */
#define CACHE_PAGE_SECTORS (PAGE_BYTES / SECTOR_BYTES)

/** A line: what is evicted at once. */
#define CACHE_LINE_PAGES   16u
#define CACHE_LINE_SECTORS (CACHE_LINE_PAGES * CACHE_PAGE_SECTORS)
#define CACHE_LINE_BYTES   (CACHE_LINE_PAGES * PAGE_BYTES)

/** Lines that a cache can have; more memory than that is not used. */
#define CACHE_LINES_MAX 256u

struct cache_line {
    const struct vbd *vbd; /* NULL: the line is free */
    uint64_t start;        /* its first sector, a multiple of CACHE_LINE_SECTORS */
    uint32_t used;         /* when it was last used, as a count of uses */
    uint16_t pages;        /* which of its pages are there, bit 0 for the first */
};

struct cache {
    uint8_t *memory; /* of all lines */
    uint32_t lines;
    uint32_t uses;
    uint32_t found;               /* the line that was asked for last */
    uint32_t fills_without_ahead; /* so many fills more without reading ahead */
    struct cache_line line[CACHE_LINES_MAX];
};

/**
 * Make a cache in @bytes of reserved memory, or in half as much as often as it takes to find some.
 *
 * With none at all the cache has no lines, and no call of it does anything.
 */
void cache_init(struct cache *cache, uint32_t bytes);

/** Copy @count sectors from @sector on into @buffer. Return: false if they are not all there, or
 *  others write to the disk by now. */
bool cache_read(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count,
                void *buffer);

/** Sectors of a disk. */
struct cache_range {
    uint64_t sector;
    uint32_t count;
};

/**
 * Plan what to read from a disk for a reader that wants @count sectors from @sector on, which are
 * on the disk: those of their pages that are missing, and ahead of them as many pages as there are
 * before them already, because who reads on and on needs ever fewer reads then.
 *
 * @reconnects: as when it takes a connection: at least a quarter of the cache is read, and ahead
 * four times what there is before.
 *
 * Return: false if nothing is to be read for the cache: all is there; others write to the disk; it
 * is more than there are lines for; or it is what is left of the disk after its last whole page.
 */
bool cache_plan(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count,
                bool reconnects, struct cache_range *range);

/** After a range that could not be read: plan no read-ahead for a while. */
void cache_suspend_read_ahead(struct cache *cache);

/** The cache and the disk for which it is given data. */
struct cache_of_disk {
    struct cache *cache;
    const struct vbd *vbd;
};

/** Keep what was read: whole pages. @context: a struct cache_of_disk. A vbd_sink. */
void cache_put(void *context, uint64_t sector, const void *data, uint32_t count);

/** Change the copy of those sectors that are there to what goes to the disk. @context: a struct
 *  cache_of_disk. A vbd_sink. */
void cache_update(void *context, uint64_t sector, const void *data, uint32_t count);

/** Forget @count sectors from @sector on, with their pages. */
void cache_forget(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count);

/** Forget all of a disk, or of all disks if @vbd is NULL. */
void cache_drop(struct cache *cache, const struct vbd *vbd);

/** Forget all of all disks but one. */
void cache_drop_others(struct cache *cache, const struct vbd *vbd);

#endif
