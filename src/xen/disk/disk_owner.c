/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disk_owner.h"

#include "xen/base/log.h"
#include "xen/blk/vbd_connection.h"
#include "xen/blk/vbd_owner.h"

/* After this time without a call to it, an open disk may have another owner. */
#define OTHERS_MAY_HAVE_TAKEN_MS 1000

bool disks_may_be_taken(const struct disk *disk, const struct instant *now)
{
    return instant_exceeds(&disk->used, now, OTHERS_MAY_HAVE_TAKEN_MS);
}

bool disks_check_owner(struct disk *disk)
{
    if (disk->vbd.state != VBD_CONNECTED || vbd_is_ours(&disk->vbd))
        return false;
    log_info("%s: something else has closed it meanwhile\n", disk->vbd.vdev.name);
    vbd_forget(&disk->vbd);
    cache_drop(&disk->disks->cache, &disk->vbd);
    disk->handed_over = true;
    return true;
}
