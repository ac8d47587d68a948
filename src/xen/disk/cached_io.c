/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cached_io.h"

#include "cache_plan.h"
#include "disk_io.h"
#include "xen/base/error.h"
#include "xen/base/platform.h"

/* Read a range into the cache. */
static int cached_io_fetch(struct cache *cache, struct vbd *vbd, const struct cache_range *range)
{
    struct cache_of_disk of = {.cache = cache, .vbd = vbd};
    unsigned connects = vbd->connects;
    int error = disk_io_fetch(vbd, range->sector, range->count, cache_put, &of);

    if (error)
        cache_suspend_read_ahead(cache);
    /* Data before a bad sector is good. After a reconnection, some of it may come from the broken
     * connection and be invalid. */
    if (error && ((error != -XEN_EIO && error != -XEN_EOPNOTSUPP) || vbd->connects != connects))
        cache_forget(cache, vbd, range->sector, range->count);
    return error;
}

/* Check whether a call may read for other streams than its own. After a reconnection the data of
 * the disk are dropped. And a slow backend may delay the call by little more than its own read. */
static bool cached_io_may_read_more(const struct vbd *vbd, unsigned connects, uint32_t begun)
{
    return vbd->connects == connects && platform_elapsed_ms(begun) < core_io_limit(vbd->core);
}

int cached_io_fill(struct cache *cache, struct vbd *vbd, uint64_t sector, uint32_t count,
                   bool reconnects)
{
    struct cache_range range;
    unsigned connects = vbd->connects;
    uint32_t begun = platform_clock();

    if (!cache_plan(cache, vbd, sector, count, reconnects, &range))
        return 0;
    int error = cached_io_fetch(cache, vbd, &range);
    while (!error && reconnects && cached_io_may_read_more(vbd, connects, begun) &&
           cache_plan_more(cache, vbd, &range))
        error = cached_io_fetch(cache, vbd, &range);
    return error;
}

int cached_io_write(struct cache *cache, struct vbd *vbd, uint64_t sector, uint32_t count,
                    const void *buffer)
{
    struct cache_of_disk of = {.cache = cache, .vbd = vbd};
    int error = disk_io_write(vbd, sector, count, buffer, cache_update, &of);

    if (error)
        cache_forget(cache, vbd, sector, count);
    return error;
}
