/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disks_call.h"

#include "disk_io.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/blk/vbd_connection.h"
#include "xen/blk/vbd_owner.h"
#include "xen/blk/vbd_run.h"

/* After so long without a call to any disk somebody else may have had the machine, and the disks:
 * no operating system comes, writes and goes in less. */
#define OTHERS_MAY_HAVE_WRITTEN_MS 5000

/* After so long without a call to it an open disk may be another one's by now. */
#define OTHERS_MAY_HAVE_TAKEN_MS 1000

/* How often, at most, it is looked whether the hook still holds its ports. */
#define CLAIM_CHECK_MS 1000

void disks_become_strict(struct disks *disks)
{
    log_info("hand-over: strict from now on\n");
    disks->core.mode = MODE_STRICT;
}

void disks_await_claim(struct disks *disks)
{
    if (disks->core.mode != MODE_HOOK)
        return;
    if (handover_await_claim(&disks->core.store, disks->options.hook_limit_ms))
        disks->claim_checked = instant_now();
    else
        disks_become_strict(disks);
}

bool disks_may_be_taken(const struct disk *disk, const struct instant *now)
{
    return instant_exceeds(&disk->used, now, OTHERS_MAY_HAVE_TAKEN_MS);
}

void disks_check_owner(struct disk *disk)
{
    if (disk->vbd.state != VBD_CONNECTED || vbd_is_ours(&disk->vbd))
        return;
    log_info("%s: closed by somebody else meanwhile\n", disk->vbd.vdev.name);
    vbd_forget(&disk->vbd);
    cache_drop(&disk->disks->cache, &disk->vbd);
    disk->handed_over = true;
}

/* The hook may have done its work, or may have been stopped. */
static void disks_check_claim(struct disks *disks, const struct instant *now)
{
    if (disks->core.mode != MODE_HOOK ||
        !instant_exceeds(&disks->claim_checked, now, CLAIM_CHECK_MS))
        return;
    disks->claim_checked = *now;
    if (handover_is_claimed(&disks->core.store))
        return;
    for (unsigned i = 0; i < disks->count; i++)
        disks_check_owner(disks->disk[i]);
    disks_become_strict(disks);
}

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
    if (disks_may_be_taken(disk, &now))
        disks_check_owner(disk);
    if (disks_are_open(disks))
        disks_check_claim(disks, &now);
    disk->used = disks->used = now;
    return 0;
}

/* What a disk with a drive of its own gets that could not be opened before. Its backend may have
 * come back since, but each call to one that has not waits in vain. */
#define SECOND_CHANCE_MS 2500

int disks_open(struct disk *disk)
{
    struct vbd *vbd = &disk->vbd;
    uint32_t limit_ms = vbd->core->options.connect_limit_ms;
    uint64_t sectors = vbd->sectors;

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
    int error = disk_io_connect_within(vbd, limit_ms);
    if (error)
        return error;
    if (vbd->sectors != sectors)
        cache_drop(&disk->disks->cache, vbd);
    return 0;
}

void disks_end(struct disk *disk)
{
    struct disks *disks = disk->disks;

    /* A transfer too may have connected it again: the hook has done its work with the first one. */
    if (disk->vbd.state == VBD_CONNECTED && disk->claimed != disk->vbd.connects) {
        disk->claimed = disk->vbd.connects;
        disks_await_claim(disks);
    }
    if (disks->core.mode == MODE_STRICT && disks_are_open(disks))
        disks_close_open(disks);
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
