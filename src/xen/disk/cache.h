/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A cache of what was read from disks, with read-ahead: most calls of int13 read what follows the
 * last one, and are served without the backend.
 *
 * It holds what the disks hold: writes go to the disk first and then change the copy. Whoever lets
 * another one write to a disk drops it.
 */
#ifndef XEN_CACHE_H
#define XEN_CACHE_H

#include "disk_io.h"

/** A page: what is there or not. */
#define CACHE_PAGE_SECTORS (PAGE_BYTES / SECTOR_BYTES)

/** A line: what is evicted at once. */
#define CACHE_LINE_PAGES   16u
#define CACHE_LINE_SECTORS (CACHE_LINE_PAGES * CACHE_PAGE_SECTORS)
#define CACHE_LINE_BYTES   (CACHE_LINE_PAGES * PAGE_BYTES)

/** Lines that a cache can have; more memory than that is not used. */
#define CACHE_LINES_MOST 256u

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
    uint32_t found;    /* the line that was asked for last */
    uint32_t cautious; /* so many fills more without reading ahead */
    struct cache_line line[CACHE_LINES_MOST];
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

/**
 * Read @count sectors from @sector on, which are on the disk, from one that is connected, and ahead
 * of them as many as there are before them already: who reads on and on needs ever fewer fills.
 *
 * @costly: as when it took a connection: at least a quarter of the cache is read, and ahead four
 * times what there is before.
 *
 * Nothing is read of a disk that others write to, nor more at once than the cache has lines for,
 * nor what is left of a disk after its last whole page. Whatever could not be read is not in the
 * cache then. Return: 0, or the error of a part that could not be read: what is wanted may be there
 * all the same, and not be there without one.
 */
int cache_fill(struct cache *cache, struct vbd *vbd, uint64_t sector, uint32_t count, bool costly);

/**
 * Write @count sectors from @sector on to a disk that is connected, and to the copy of those that
 * are there: what goes to the disk, whatever happens to the buffer meanwhile. Nothing is kept of
 * sectors of which it is not known whether they were written. Return: as disk_io_write.
 */
int cache_write(struct cache *cache, struct vbd *vbd, uint64_t sector, uint32_t count,
                const void *buffer);

/** Forget all of a disk, or of all disks if @vbd is NULL. */
void cache_drop(struct cache *cache, const struct vbd *vbd);

/** Forget all of all disks but one. */
void cache_drop_others(struct cache *cache, const struct vbd *vbd);

#endif
