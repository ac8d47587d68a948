/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "medium.h"

#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/blk/vbd_connection.h"
#include "xen/blk/vbd_medium.h"
#include "xen/blk/vbd_owner.h"
#include "xen/blk/vbd_run.h"

/* Minimum time between two looks at a drive's keys. */
#define MEDIUM_LOOK_MS 1000

void medium_find(struct disk *disk)
{
    struct medium *medium = &disk->medium;

    medium->looked = instant_now();
    /* If xenstore does not tell, connecting shows it. */
    enum vbd_medium found = vbd_read_medium(&disk->vbd, &medium->identity);
    medium->present = found != VBD_MEDIUM_ABSENT && found != VBD_MEDIUM_LEAVING;
    if (!medium->present)
        log_info("%s: no medium in the drive\n", disk->vbd.vdev.name);
}

/* Close the connection, for which the backend or the toolstack waits. */
static void medium_close(struct vbd *vbd)
{
    /* The directory may be that of another device by now. */
    if (vbd->state == VBD_CONNECTED && !vbd_is_ours(vbd))
        vbd_forget(vbd);
    vbd_close_begin(vbd);
    vbd_run(&vbd, 1);
}

/* The medium is not the one that is connected or cached. */
static void medium_replace(struct disk *disk, bool present, uint32_t identity)
{
    struct vbd *vbd = &disk->vbd;

    log_info("%s: %s\n", vbd->vdev.name,
             present ? "another medium is in the drive" : "no medium in the drive");
    medium_close(vbd);
    vbd_forget_medium(vbd);
    cache_drop(&disk->disks->cache, vbd);
    disk->medium.present = present;
    disk->medium.changed = present;
    disk->medium.identity = identity;
    /* The next call opens the new one, and waits for it as long as POST does. */
    disk->handed_over = present;
}

void medium_follow(struct disk *disk, const struct instant *now)
{
    struct medium *medium = &disk->medium;
    uint32_t identity = 0;

    if (!disk->removable || !instant_exceeds(&medium->looked, now, MEDIUM_LOOK_MS))
        return;
    medium->looked = *now;
    enum vbd_medium found = vbd_read_medium_again(&disk->vbd, &identity);
    if (found == VBD_MEDIUM_UNKNOWN)
        return;
    if (found == VBD_MEDIUM_CLOSING) {
        /* The next connection shows which medium is there. Until then nothing says that it is the
         * one that is cached, or that it has its size. */
        disk->handed_over |= disk->vbd.state == VBD_CONNECTED;
        medium_close(&disk->vbd);
        cache_drop(&disk->disks->cache, &disk->vbd);
        vbd_forget_medium(&disk->vbd);
        return;
    }
    bool present = found == VBD_MEDIUM_PRESENT;
    if (present != medium->present || (present && identity != medium->identity))
        medium_replace(disk, present, identity);
    /* A close takes up to seconds. Meanwhile the toolstack, or a restore, may have made the device
     * again: nothing asks for the new one, and nothing would open it again. */
    if (found == VBD_MEDIUM_LEAVING && disk->vbd.state == VBD_CLOSED &&
        vbd_read_medium_again(&disk->vbd, &identity) == VBD_MEDIUM_LEAVING)
        vbd_let_go(&disk->vbd);
}

void medium_note_post(struct disk *disk)
{
    if (disk->removable && disk->vbd.connects)
        vbd_medium_of_connection(&disk->vbd, &disk->medium.identity);
}

void medium_note_connection(struct disk *disk)
{
    struct medium *medium = &disk->medium;
    uint32_t identity;

    if (!disk->removable)
        return;
    enum vbd_medium found = vbd_medium_of_connection(&disk->vbd, &identity);
    if (found == VBD_MEDIUM_ABSENT) {
        medium_replace(disk, false, 0);
        return;
    }
    if (found == VBD_MEDIUM_PRESENT && identity == medium->identity)
        return;
    /* If xenstore does not tell, the next look does, and the cache gets data of this one only. */
    cache_drop(&disk->disks->cache, &disk->vbd);
    vbd_forget_blocks(&disk->vbd);
    if (found != VBD_MEDIUM_PRESENT)
        return;
    log_info("%s: another medium is in the drive\n", disk->vbd.vdev.name);
    medium->changed = true;
    medium->identity = identity;
}

int medium_check(struct disk *disk)
{
    if (disk_is_empty(disk))
        return -XEN_ENXIO;
    if (!disk->medium.changed)
        return 0;
    disk->medium.changed = false;
    return -XEN_EAGAIN;
}
