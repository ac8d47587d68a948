/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disks.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"

/* After so long without a call to any disk somebody else may have had the machine, and the disks:
 * no operating system comes, writes and goes in less. */
#define OTHERS_MAY_HAVE_WRITTEN_MS 5000

/* After so long without a call to it an open disk may be another one's by now. */
#define OTHERS_MAY_HAVE_TAKEN_MS 1000

/* How often, at most, it is looked whether the hook still holds its ports. */
#define CLAIM_LOOK_MS 1000

void disks_set_mode(struct disks *disks, enum handover_mode mode)
{
    disks->mode = mode;
    disks->core.mode = handover_mode_name(mode);
}

static void disks_become_strict(struct disks *disks)
{
    log_info("hand-over: strict from now on\n");
    disks_set_mode(disks, MODE_STRICT);
}

void disks_need_claim(struct disks *disks)
{
    if (disks->mode != MODE_HOOK)
        return;
    if (handover_await_claim(&disks->core.store, disks->options.hook_limit_ms))
        disks->claim_seen = instant_now();
    else
        disks_become_strict(disks);
}

/* A connection that somebody else has closed or taken over is not ours to close. */
static void disks_look_for_others(struct disk *disk)
{
    if (disk->vbd.state != VBD_CONNECTED || vbd_is_ours(&disk->vbd))
        return;
    log_info("%s: closed by somebody else meanwhile\n", disk->vbd.vdev.name);
    vbd_forget(&disk->vbd);
    cache_drop(&disk->disks->cache, &disk->vbd);
    disk->handed_over = true;
}

/* The hook may have done its work, or may have been stopped. */
static void disks_look_for_claim(struct disks *disks, const struct instant *now)
{
    if (disks->mode != MODE_HOOK || !instant_exceeds(&disks->claim_seen, now, CLAIM_LOOK_MS))
        return;
    disks->claim_seen = *now;
    if (handover_is_claimed(&disks->core.store))
        return;
    for (unsigned i = 0; i < disks->count; i++)
        disks_look_for_others(disks->disk[i]);
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
    if (instant_exceeds(&disk->used, &now, OTHERS_MAY_HAVE_TAKEN_MS))
        disks_look_for_others(disk);
    if (disks_are_open(disks))
        disks_look_for_claim(disks, &now);
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
        disks_need_claim(disks);
    }
    if (disks->mode == MODE_STRICT && disks_are_open(disks))
        disks_close_open(disks);
    disks->busy = false;
}

/* Begin to close a disk for the next system. */
static void disks_hand_over(struct disk *disk)
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
        if (instant_exceeds(&disk->used, &now, OTHERS_MAY_HAVE_TAKEN_MS))
            disks_look_for_others(disk);
        disks_hand_over(disk);
    }
    vbd_run(disks->vbd, disks->count);
}

/*
 * Whether a disk that is closed has to be connected once more:
 *
 * - What dom0 keeps in its page cache of a block device is read by the emulated disk, and what was
 *   written over PV has passed it by. Linux' blkback drops it, but only when it connects.
 * - A flush that got no answer, because the connection went away beneath it, has to be done yet.
 */
static bool disk_needs_another_connection(const struct disk *disk)
{
    const struct vbd *vbd = &disk->vbd;

    if (vbd->state != VBD_CLOSED || disk->role == DISK_LEFT)
        return false;
    return (disk->role == DISK_EMULATED && vbd->probe.kind == VBD_KIND_LINUX && disk->written_for &&
            disk->written_for == vbd->connects) ||
           vbd->flush_error == -XEN_ENOTCONN;
}

/* Connect those that need it, and close them again, side by side. */
static void disks_settle(struct disks *disks)
{
    struct vbd **settled = disks->some;
    unsigned count = 0;

    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];

        if (!disk_needs_another_connection(disk))
            continue;
        bool silent = disk->vbd.flush_error == -XEN_ETIMEDOUT;
        /* Once: it may fail again at each call to another drive, and take its limit each time. */
        disk->written_for = 0;
        disk->vbd.flush_error = 0;
        /* One that did not answer would be flushed in vain for another limit. */
        if (!silent && disk_io_is_free(&disk->vbd))
            vbd_connect_begin(&disk->vbd, disks->core.options.connect_limit_ms);
        settled[count++] = &disk->vbd;
    }
    vbd_run(settled, count);
    for (unsigned i = 0; i < count; i++) {
        if (settled[i]->state != VBD_CONNECTED)
            log_error("%s: what dom0 has cached of it may be old\n", settled[i]->vdev.name);
        vbd_close_begin(settled[i]);
    }
    vbd_run(settled, count);
}

/* What a backend kept of a lost disk it may have released since; who comes next is to find no
 * grant. */
static void disks_close_lost(struct disks *disks)
{
    for (unsigned i = 0; i < disks->count; i++)
        if (disks->vbd[i]->state == VBD_LOST)
            vbd_close_begin(disks->vbd[i]);
    vbd_run(disks->vbd, disks->count);
}

/* A call waits that nobody comes back to: what it has begun is to be closed like what is open. */
static void disks_forget_call(struct disks *disks)
{
    log_info("a call is left in the middle\n");
    xenstore_forget(&disks->core.store);
    for (unsigned i = 0; i < disks->count; i++)
        if (!vbd_is_at_rest(disks->vbd[i]))
            disks_hand_over(disks->disk[i]);
    vbd_run(disks->vbd, disks->count);
}

void disks_close_all(struct disks *disks)
{
    uint32_t start = platform_clock(), round_trips = disks->core.store.round_trips;
    unsigned open = 0;

    if (disks->busy)
        disks_forget_call(disks);
    disks->busy = true;
    cache_drop(&disks->cache, 0);
    for (unsigned i = 0; i < disks->count; i++)
        open += disks->vbd[i]->state == VBD_CONNECTED;
    if (open)
        disks_close_open(disks);
    disks_settle(disks);
    if (open)
        log_info("%u disks closed in %u ms, %u xenstore round trips\n", open,
                 platform_elapsed_ms(start), disks->core.store.round_trips - round_trips);
    disks_close_lost(disks);
    disks->busy = false;
}

void disks_leave(struct disks *disks)
{
    if (disks->busy)
        return;
    disks_close_all(disks);
    if (disks->mode == MODE_HOOK || disks->mode == MODE_LINGER)
        disks_become_strict(disks);
}

void disks_close_idle(struct disks *disks)
{
    struct instant now = instant_now();

    if (disks->busy)
        return;
    disks->busy = true;
    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];

        if (disk->vbd.state != VBD_CONNECTED ||
            !instant_exceeds(&disk->used, &now, OTHERS_MAY_HAVE_TAKEN_MS))
            continue;
        log_info("%s: closed for another drive\n", disk->vbd.vdev.name);
        disks_look_for_others(disk);
        cache_drop(&disks->cache, &disk->vbd);
        disks_hand_over(disk);
    }
    vbd_run(disks->vbd, disks->count);
    disks_settle(disks);
    disks->busy = false;
}

void disks_forget_cached(struct disks *disks)
{
    /* A call that waits copies what it has read to its caller from the cache. */
    disks->to_forget = disks->busy;
    if (!disks->busy)
        cache_drop(&disks->cache, 0);
}

int disks_give_up_all(struct disk *const given[], unsigned count)
{
    struct disks *disks = given[0]->disks;

    if (disks->busy)
        return -XEN_EBUSY;
    disks->busy = true;
    for (unsigned i = 0; i < count; i++) {
        cache_drop(&disks->cache, &given[i]->vbd);
        disks_look_for_others(given[i]);
        vbd_close_begin(&given[i]->vbd);
    }
    vbd_run(disks->vbd, disks->count);
    disks_settle(disks);
    for (unsigned i = 0; i < count; i++)
        given[i]->handed_over = given[i]->registered = false;
    disks->busy = false;
    return 0;
}

int disks_give_up(struct disk *disk)
{
    return disks_give_up_all(&disk, 1);
}
