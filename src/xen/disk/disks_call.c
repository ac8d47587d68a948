/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disks_call.h"

#include "disk_io.h"
#include "disk_owner.h"
#include "disks_claim.h"
#include "disks_reconnect.h"
#include "medium.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/size.h"
#include "xen/blk/vbd_connection.h"
#include "xen/blk/vbd_run.h"

/* After this time without a call to any disk, another system may have had the machine and written
 * to the disks: none starts, writes and exits in less. */
#define OTHERS_MAY_HAVE_WRITTEN_MS 5000

int disks_begin(struct disk *disk)
{
    struct disks *disks = disk->disks;
    struct instant now;

    if (disks->busy)
        return -XEN_EBUSY;
    disks->busy = true;
    now = instant_now();
    if (disks->to_forget || instant_exceeds(&disks->used, &now, OTHERS_MAY_HAVE_WRITTEN_MS))
        cache_drop(&disks->cache, 0);
    disks->to_forget = false;
    bool closed = disks_may_be_taken(disk, &now) && disks_check_owner(disk);
    medium_follow(disk, &now);
    if (closed || disks_are_open(disks))
        disks_check_claim(disks, &now);
    keep_open_note_call(&disks->keep, &now, disks_are_open(disks));
    disk->used = disks->used = now;
    return 0;
}

/* The BIOS has told the size that POST found, and callers may have kept it. */
static void disks_note_new_size(const struct vbd *vbd)
{
    char size[SIZE_TEXT_BYTES];

    log_info("%s: its size is now %s: the BIOS knows it from the next start on\n", vbd->vdev.name,
             size_format(vbd->sectors, size));
}

void disks_note_connection(struct disk *disk)
{
    struct vbd *vbd = &disk->vbd;

    medium_note_connection(disk);
    /* Another guest may write to the disk now. If the next connection is not shared any more, the
     * cache serves again. */
    if (vbd->shared_writable || vbd->resized)
        cache_drop(&disk->disks->cache, vbd);
    /* A drive tells that its medium may change. */
    if (vbd->resized && !disk->removable)
        disks_note_new_size(vbd);
}

/* Time limit to open a disk with a drive of its own after it failed to open. Its backend may have
 * returned, but if not, each call waits in vain. */
#define SECOND_CHANCE_MS 2500

int disks_open(struct disk *disk)
{
    struct vbd *vbd = &disk->vbd;
    uint32_t limit_ms = vbd->core->options.connect_limit_ms;

    if (vbd->state == VBD_CONNECTED)
        return 0;
    if (!disk->handed_over) {
        if (!disk->registered)
            return -XEN_ENOTCONN;
        /* Another system may have had the disk meanwhile, and written to it. */
        cache_drop(&disk->disks->cache, vbd);
        if (limit_ms > SECOND_CHANCE_MS)
            limit_ms = SECOND_CHANCE_MS;
    }
    disk->handed_over = false;
    /* POST has not waited for its backend, and neither does the first call. */
    if (disk_is_emulated_cd(disk) && !vbd->connects && !disk_io_is_free(vbd))
        return -XEN_ENOTCONN;
    disks_seek_hook(disk->disks);
    int error = disk_io_connect_within(vbd, limit_ms);
    if (error)
        return error;
    disks_note_connection(disk);
    return 0;
}

bool disks_end_closes(const struct disks *disks)
{
    return disks->core->mode == MODE_STRICT && !disks->grouped &&
           !keep_open_is_proven(&disks->keep);
}

void disks_end(struct disk *disk)
{
    struct disks *disks = disk->disks;

    /* A transfer may also have reconnected the disk. The daemon's claim covered only the first
     * connection. */
    if (disk->vbd.state == VBD_CONNECTED && disk->claimed != disk->vbd.connects) {
        disk->claimed = disk->vbd.connects;
        disks_await_claim(disks);
    }
    if (disks_end_closes(disks) && disks_are_open(disks))
        disks_close_strict(disks);
    disks->kept = disks->core->mode == MODE_STRICT && !disks->grouped && disks_are_open(disks);
    if (disks->kept)
        keep_open_note_end(&disks->keep);
    disks->busy = false;
}

void disks_hand_over(struct disk *disk)
{
    vbd_close_begin(&disk->vbd);
    disk->handed_over = true;
}

void disks_close_open(struct disks *disks)
{
    struct instant now = instant_now();

    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];

        if (disk->vbd.state != VBD_CONNECTED)
            continue;
        if (disks_may_be_taken(disk, &now))
            disks_check_owner(disk);
        disks_hand_over(disk);
    }
    vbd_run(disks->vbd, disks->count);
}

void disks_close_strict(struct disks *disks)
{
    disks_close_open(disks);
    disks_reconnect(disks, disks->kept);
    disks->kept = false;
}
