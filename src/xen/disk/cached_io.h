/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Transfers of a connected disk that keep the cache up to date.
 */
#ifndef XEN_CACHED_IO_H
#define XEN_CACHED_IO_H

#include "cache.h"

/**
 * Read what the cache plans for @count sectors from @sector on (see cache_plan), into the cache;
 * and if @reconnects, read ahead for the other running streams of the disk, too (cache_plan_more),
 * unless the disk was connected again meanwhile, or the limit of one transfer has passed.
 *
 * What could not be read is not cached. Return: 0, or the error of a part that could not be read.
 * Neither says whether the wanted sectors are cached: check with cache_read.
 */
int cached_io_fill(struct cache *cache, struct vbd *vbd, uint64_t sector, uint32_t count,
                   bool reconnects);

/**
 * Write @count sectors from @sector on, and update their cached copies with what goes to the disk,
 * whatever happens to @buffer meanwhile. Sectors that may or may not have been written are
 * forgotten. Return: as disk_io_write.
 */
int cached_io_write(struct cache *cache, struct vbd *vbd, uint64_t sector, uint32_t count,
                    const void *buffer);

#endif
