/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Transfers of a disk that is connected, beside which the cache is kept.
 */
#ifndef XEN_CACHED_IO_H
#define XEN_CACHED_IO_H

#include "cache.h"

/**
 * Read what the cache plans for @count sectors from @sector on (see cache_plan), into the cache.
 *
 * Whatever could not be read is not in the cache then. Return: 0, or the error of a part that could
 * not be read: what is wanted may be there all the same, and not be there without one.
 */
int cached_io_fill(struct cache *cache, struct vbd *vbd, uint64_t sector, uint32_t count,
                   bool reconnects);

/**
 * Write @count sectors from @sector on, and change the copies that there are to what goes to the
 * disk, whatever happens to the buffer meanwhile. Nothing is kept of sectors of which it is not
 * known whether they were written. Return: as disk_io_write.
 */
int cached_io_write(struct cache *cache, struct vbd *vbd, uint64_t sector, uint32_t count,
                    const void *buffer);

#endif
