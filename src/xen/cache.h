/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A cache of what was read from disks, with read-ahead: in strict mode it is what makes a boot cost
 * tens of connections and not thousands.
 *
 * It holds what the disks hold: writes go to the disk first and then change the copy. Whoever lets
 * another one write to a disk drops it.
 */
#ifndef XEN_CACHE_H
#define XEN_CACHE_H

#include "vbd.h"

/** A line: what is read at once, and evicted at once. */
#define CACHE_LINE_SECTORS 128u
#define CACHE_LINE_BYTES   (CACHE_LINE_SECTORS * SECTOR_BYTES)

/** Lines that a cache can have; more memory than that is not used. */
#define CACHE_LINES_MOST 256u

struct cache_line {
    const struct vbd *vbd; /* NULL: the line is free */
    uint64_t start;        /* its first sector, a multiple of CACHE_LINE_SECTORS */
    uint32_t count;        /* of sectors that it holds, from the start on */
    uint32_t used;         /* when it was last used, as a count of uses */
};

struct cache {
    uint8_t *memory; /* of all lines */
    uint32_t lines;
    uint32_t uses;
    struct cache_line line[CACHE_LINES_MOST];
};

/**
 * Make a cache in @bytes of reserved memory, or in half as much as often as it takes to find some.
 *
 * With none at all the cache has no lines, and no call of it does anything.
 */
void cache_init(struct cache *cache, uint32_t bytes);

/** Copy @count sectors from @sector on into @buffer. Return: false if they are not all there. */
bool cache_read(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count,
                void *buffer);

/**
 * Read the lines that hold @count sectors from @sector on from a disk that is connected, and after
 * them as many as there are before them already: who reads on and on needs ever fewer fills. At
 * least an eighth of the cache is read.
 *
 * Whatever could not be read is not in the cache then. Return: 0, or the error of the first line
 * that is wanted and could not be read. Lines that are only read ahead cause no error.
 */
int cache_fill(struct cache *cache, struct vbd *vbd, uint64_t sector, uint32_t count);

/** Take over @count sectors from @sector on that have been written to the disk. */
void cache_update(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count,
                  const void *buffer);

/** Forget @count sectors from @sector on: they may be on the disk or not. */
void cache_forget(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count);

/** Forget all of a disk, or of all disks if @vbd is NULL. */
void cache_drop(struct cache *cache, const struct vbd *vbd);

#endif
