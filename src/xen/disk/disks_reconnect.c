/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disks_reconnect.h"

#include "cache.h"
#include "disk_io.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/blk/vbd_connection.h"
#include "xen/blk/vbd_run.h"

static bool disk_has_stale_page_cache(const struct disk *disk)
{
    return disk->role == DISK_EMULATED && disk->vbd.probe.kind == VBD_KIND_LINUX &&
           (disk->written_for == DISK_BEING_WRITTEN ||
            (disk->written_for && disk->written_for == disk->vbd.connects));
}

static bool disk_needs_another_connection(const struct disk *disk, bool for_page_cache)
{
    if (disk->vbd.state != VBD_CLOSED || disk->role == DISK_LEFT)
        return false;
    return disk->vbd.flush_error == -XEN_ENOTCONN ||
           (for_page_cache && disk_has_stale_page_cache(disk));
}

/* Only once: it could fail at each call to another drive, and take its limit each time. */
static void disk_note_another_connection(struct disk *disk)
{
    struct vbd *vbd = &disk->vbd;

    if (vbd->state != VBD_CONNECTED && disk_has_stale_page_cache(disk))
        log_error("%s: dom0's page cache may hold old data of it\n", vbd->vdev.name);
    if ((vbd->state != VBD_CONNECTED || vbd->replaced) && vbd->flush_error == -XEN_ENOTCONN)
        log_error("%s: the last writes may not be on stable storage: %s\n", vbd->vdev.name,
                  error_name(vbd->flush_error));
    if (vbd->shared_writable || vbd->resized)
        cache_drop(&disk->disks->cache, vbd);
    disk->written_for = 0;
    vbd->flush_error = 0;
}

void disks_reconnect(struct disks *disks, bool for_page_cache)
{
    struct vbd **again = disks->scratch;
    unsigned chosen = 0, count = 0;

    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];

        if (!disk_needs_another_connection(disk, for_page_cache))
            continue;
        /* A backend that did not respond would cost another limit for a flush in vain. */
        if (disk->vbd.flush_error != -XEN_ETIMEDOUT && disk_io_is_free(&disk->vbd))
            vbd_connect_begin(&disk->vbd, disks->core->options.connect_limit_ms);
        again[count++] = &disk->vbd;
        chosen |= 1u << i;
    }
    vbd_run(again, count);
    /* If another boot has abandoned this in the wait, that does all of it again. */
    for (unsigned i = 0; i < disks->count; i++) {
        if (!(chosen & 1u << i))
            continue;
        disk_note_another_connection(disks->disk[i]);
        vbd_close_begin(disks->vbd[i]);
    }
    vbd_run(again, count);
}
