/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What to read into the cache: what a caller wants, and read-ahead.
 */
#ifndef XEN_CACHE_PLAN_H
#define XEN_CACHE_PLAN_H

#include "cache.h"

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

#endif
