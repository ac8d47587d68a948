/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disks.h"
#include "error.h"
#include "log.h"
#include "platform.h"

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
    if (instant_exceeds(&disks->used, &now, OTHERS_MAY_HAVE_WRITTEN_MS))
        cache_drop(&disks->cache, 0);
    if (instant_exceeds(&disk->used, &now, OTHERS_MAY_HAVE_TAKEN_MS))
        disks_look_for_others(disk);
    if (disks_are_open(disks))
        disks_look_for_claim(disks, &now);
    disk->used = disks->used = now;
    return 0;
}

int disks_open(struct disk *disk)
{
    uint64_t sectors = disk->vbd.sectors;

    if (!disk->handed_over)
        return disk->vbd.state == VBD_CONNECTED ? 0 : -XEN_ENOTCONN;
    disk->handed_over = false;
    int error = vbd_connect(&disk->vbd);
    if (error)
        return error;
    if (disk->vbd.sectors != sectors)
        cache_drop(&disk->disks->cache, &disk->vbd);
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

void disks_close_open(struct disks *disks)
{
    struct instant now = instant_now();

    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];

        if (disk->vbd.state != VBD_CONNECTED)
            continue;
        if (instant_exceeds(&disk->used, &now, OTHERS_MAY_HAVE_TAKEN_MS))
            disks_look_for_others(disk);
        vbd_close_begin(&disk->vbd);
        disk->handed_over = true;
    }
    disks_finish(disks);
}

/* What a backend kept of a lost disk it may have let go of since; who comes next is to find no
 * grant. */
static void disks_close_lost(struct disks *disks)
{
    for (unsigned i = 0; i < disks->count; i++)
        if (disks->disk[i]->vbd.state == VBD_LOST)
            vbd_close_begin(&disks->disk[i]->vbd);
    disks_finish(disks);
}

/* A call waits that nobody comes back to: what it has begun is to be closed like what is open. */
static void disks_forget_call(struct disks *disks)
{
    log_info("a call is left in the middle\n");
    xenstore_forget(&disks->core.store);
    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];

        if (vbd_is_at_rest(&disk->vbd))
            continue;
        vbd_close_begin(&disk->vbd);
        disk->handed_over = true;
    }
    disks_finish(disks);
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
        open += disks->disk[i]->vbd.state == VBD_CONNECTED;
    if (open) {
        disks_close_open(disks);
        log_info("%u disks closed in %u ms, %u xenstore round trips\n", open,
                 platform_elapsed_ms(start), disks->core.store.round_trips - round_trips);
    }
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
        vbd_close_begin(&disk->vbd);
        disk->handed_over = true;
    }
    disks_finish(disks);
    disks->busy = false;
}

int disks_give_up(struct disk *disk)
{
    struct disks *disks = disk->disks;

    if (disks->busy)
        return -XEN_EBUSY;
    disks->busy = true;
    cache_drop(&disks->cache, &disk->vbd);
    disks_look_for_others(disk);
    vbd_close(&disk->vbd);
    disk->handed_over = false;
    disks->busy = false;
    return 0;
}
