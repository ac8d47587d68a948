/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What to read into the cache: what a caller wants, and read-ahead, so that a sequential reader
 * needs fewer and fewer reads.
 *
 * A stream alone reads ahead at most seven eighths of the cache. Running streams (stream.h) share
 * these.
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
 * be on the disk: their missing pages, and as many pages of read-ahead as are cached before them or
 * their stream has read, at most its share.
 *
 * @reconnects: whether the read costs a connection: the read-ahead is then four times that number,
 * and the read covers at least a quarter of the cache, or its share.
 *
 * Return: false if there is nothing to read into the cache: all is cached; others write to the
 * disk; it is more than the lines can hold; or it is past the last whole page of the disk.
 */
bool cache_plan(struct cache *cache, const struct vbd *vbd, uint64_t sector, uint32_t count,
                bool reconnects, struct cache_range *range);

/**
 * After cache_plan and a read that has cost a connection: plan what to read over the same
 * connection for another running stream of the disk, so that all of them need the next one at the
 * same time.
 *
 * Return: false if there is no more to read. Each stream gets at most one range.
 */
bool cache_plan_more(struct cache *cache, const struct vbd *vbd, struct cache_range *range);

/** Suspend read-ahead for a while, after a range that could not be read. */
void cache_suspend_read_ahead(struct cache *cache);

#endif
