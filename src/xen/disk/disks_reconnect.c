/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disks_reconnect.h"

#include "disk_io.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/blk/vbd_connection.h"
#include "xen/blk/vbd_run.h"

static bool disk_has_stale_page_cache(const struct disk *disk)
{
    return disk->role == DISK_EMULATED && disk->vbd.probe.kind == VBD_KIND_LINUX &&
           disk->written_for && disk->written_for == disk->vbd.connects;
}

static bool disk_needs_another_connection(const struct disk *disk, bool for_page_cache)
{
    if (disk->vbd.state != VBD_CLOSED || disk->role == DISK_LEFT)
        return false;
    return disk->vbd.flush_error == -XEN_ENOTCONN ||
           (for_page_cache && disk_has_stale_page_cache(disk));
}

void disks_reconnect(struct disks *disks, bool for_page_cache)
{
    struct vbd **again = disks->scratch;
    bool stale[DISKS_MAX];
    unsigned count = 0;

    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];

        if (!disk_needs_another_connection(disk, for_page_cache))
            continue;
        stale[count] = disk_has_stale_page_cache(disk);
        bool silent = disk->vbd.flush_error == -XEN_ETIMEDOUT;
        /* Only once: it could fail at each call to another drive, and take its limit each time. */
        disk->written_for = 0;
        disk->vbd.flush_error = 0;
        /* A backend that did not respond would cost another limit for a flush in vain. */
        if (!silent && disk_io_is_free(&disk->vbd))
            vbd_connect_begin(&disk->vbd, disks->core->options.connect_limit_ms);
        again[count++] = &disk->vbd;
    }
    vbd_run(again, count);
    for (unsigned i = 0; i < count; i++) {
        if (stale[i] && again[i]->state != VBD_CONNECTED)
            log_error("%s: dom0's page cache may hold old data of it\n", again[i]->vdev.name);
        vbd_close_begin(again[i]);
    }
    vbd_run(again, count);
}
