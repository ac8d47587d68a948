/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disks_handover.h"

#include "disk_owner.h"
#include "disks_call.h"
#include "disks_claim.h"
#include "disks_reconnect.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/blk/vbd_connection.h"
#include "xen/blk/vbd_run.h"

/* The backend may have released a lost disk's pages since; the next system must not find a
 * grant. */
static void disks_close_lost(struct disks *disks)
{
    for (unsigned i = 0; i < disks->count; i++)
        if (disks->vbd[i]->state == VBD_LOST)
            vbd_close_begin(disks->vbd[i]);
    vbd_run(disks->vbd, disks->count);
}

/* An interrupted call will never continue: close what it has begun like what is open. */
static void disks_forget_call(struct disks *disks)
{
    log_info("a call was abandoned: closing what it has begun\n");
    xenstore_forget(&disks->core->store);
    for (unsigned i = 0; i < disks->count; i++)
        if (!vbd_is_at_rest(disks->vbd[i]))
            disks_hand_over(disks->disk[i]);
    vbd_run(disks->vbd, disks->count);
}

void disks_close_all(struct disks *disks)
{
    uint32_t start = platform_clock(), round_trips = disks->core->store.round_trips;
    unsigned open = 0;

    if (disks->busy)
        disks_forget_call(disks);
    disks->busy = true;
    disks->grouped = false;
    keep_open_restart(&disks->keep);
    cache_drop(&disks->cache, 0);
    for (unsigned i = 0; i < disks->count; i++)
        open += disks->vbd[i]->state == VBD_CONNECTED;
    if (open)
        disks_close_open(disks);
    /* First, because one of them may need a flush as well. */
    disks_close_lost(disks);
    disks_reconnect(disks, true);
    disks->kept = false;
    if (open)
        log_info("%u disks closed in %u ms, %u xenstore round trips\n", open,
                 platform_elapsed_ms(start), disks->core->store.round_trips - round_trips);
    disks->busy = false;
}

void disks_leave(struct disks *disks)
{
    keep_open_end(&disks->keep, "an operating system has announced itself");
    if (disks->busy)
        return;
    disks_close_all(disks);
    if (disks->core->mode == MODE_HOOK || disks->core->mode == MODE_LINGER || disks->core->unhooked)
        core_become_strict(disks->core);
}

void disks_leave_domain(struct disks *disks)
{
    if (disks->core->mode == MODE_HOOK && !handover_is_claimed(&disks->core->store))
        core_become_strict(disks->core);
}

void disks_enter_domain(struct disks *disks)
{
    core_note_move(disks->core);
}

enum disks_kept disks_kept(const struct disks *disks)
{
    if (disks->core->mode != MODE_STRICT)
        return DISKS_NOT_KEPT;
    /* Whatever the reason, ticks are to close them. */
    if (disks_are_open(disks))
        return DISKS_KEPT_OPEN;
    return keep_open_is_counting(&disks->keep) ? DISKS_KEPT_COUNTED : DISKS_NOT_KEPT;
}

bool disks_note_tick(struct disks *disks)
{
    return keep_open_note_tick(&disks->keep) && disks->core->mode == MODE_STRICT &&
           disks_are_open(disks) && !disks->busy;
}

void disks_close_kept(struct disks *disks)
{
    if (disks->busy || disks->core->mode != MODE_STRICT || !disks_are_open(disks))
        return;
    disks->busy = true;
    disks_close_strict(disks);
    disks->busy = false;
}

void disks_group(struct disks *disks)
{
    disks->grouped = true;
}

void disks_ungroup(struct disks *disks)
{
    disks->grouped = false;
    if (disks_end_closes(disks))
        disks_close_kept(disks);
}

void disks_note_sign(struct disks *disks)
{
    keep_open_restart(&disks->keep);
    disks_close_kept(disks);
}

void disks_keep_no_more(struct disks *disks, const char *reason)
{
    keep_open_end(&disks->keep, reason);
    disks_close_kept(disks);
}

void disks_close_idle(struct disks *disks)
{
    struct instant now = instant_now();

    if (disks->busy)
        return;
    disks->busy = true;
    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];

        if (disk->vbd.state != VBD_CONNECTED || !disks_may_be_taken(disk, &now))
            continue;
        log_info("%s: closed for another drive\n", disk->vbd.vdev.name);
        disks_check_owner(disk);
        cache_drop(&disks->cache, &disk->vbd);
        disks_hand_over(disk);
    }
    vbd_run(disks->vbd, disks->count);
    disks_reconnect(disks, true);
    /* The boot may have become strict here, while other disks are open. */
    if (disks_end_closes(disks) && disks_are_open(disks))
        disks_close_strict(disks);
    disks->busy = false;
}

void disks_forget_cached(struct disks *disks)
{
    /* A call in progress copies what it has read to its caller from the cache. */
    disks->to_forget = disks->busy;
    if (!disks->busy)
        cache_drop(&disks->cache, 0);
}

int disks_give_up_all(struct disk *const abandoned[], unsigned count)
{
    struct disks *disks = abandoned[0]->disks;

    if (disks->busy)
        return -XEN_EBUSY;
    disks->busy = true;
    for (unsigned i = 0; i < count; i++) {
        cache_drop(&disks->cache, &abandoned[i]->vbd);
        disks_check_owner(abandoned[i]);
        vbd_close_begin(&abandoned[i]->vbd);
    }
    vbd_run(disks->vbd, disks->count);
    disks_reconnect(disks, true);
    for (unsigned i = 0; i < count; i++)
        abandoned[i]->handed_over = abandoned[i]->registered = false;
    disks->busy = false;
    return 0;
}
