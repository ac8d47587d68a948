/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disks_claim.h"

#include "disk_owner.h"
#include "xen/base/log.h"

/* Minimum time between two checks whether the daemon still holds its ports. */
#define CLAIM_CHECK_MS 1000

/* Minimum time between two looks for a daemon after a move. */
#define HOOK_SEEK_MS 1000

static void disks_check_owners(struct disks *disks)
{
    for (unsigned i = 0; i < disks->count; i++)
        disks_check_owner(disks->disk[i]);
}

/* There is no claim: the daemon has done its work, or was stopped; or the guest was moved away from
 * it, which a connection that has gone shows. Only after a move may this boot be in hook mode
 * again: a system for which the daemon has done its work does not notify it a second time. */
static void disks_lose_claim(struct disks *disks)
{
    disks_check_owners(disks);
    if (disks->core->mode == MODE_HOOK)
        core_become_strict(disks->core);
}

void disks_await_claim(struct disks *disks)
{
    if (disks->core->mode != MODE_HOOK)
        return;
    if (handover_await_claim(&disks->core->store, disks->options.hook_limit_ms))
        disks->claim_checked = instant_now();
    else
        disks_lose_claim(disks);
}

void disks_check_claim(struct disks *disks, const struct instant *now)
{
    /* The move that one disk has shown has ended the connections of all. */
    if (disks->core->unhooked && !disks->kept && !disks->grouped)
        disks_check_owners(disks);
    if (disks->core->mode != MODE_HOOK ||
        !instant_exceeds(&disks->claim_checked, now, CLAIM_CHECK_MS))
        return;
    disks->claim_checked = *now;
    if (!handover_is_claimed(&disks->core->store))
        disks_lose_claim(disks);
}

void disks_seek_hook(struct disks *disks)
{
    struct core *core = disks->core;
    struct instant now;

    /* The daemon would not know a disk that is open already: its mark is of strict mode. */
    if (!core->unhooked || disks_are_open(disks))
        return;
    now = instant_now();
    if (!instant_exceeds(&disks->hook_sought, &now, HOOK_SEEK_MS))
        return;
    disks->hook_sought = now;
    if (core_find(core) || !handover_is_attended(&core->store))
        return;
    log_info("hand-over: hook again\n");
    keep_open_restart(&disks->keep);
    core->mode = MODE_HOOK;
    core->unhooked = false;
}
