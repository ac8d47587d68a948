/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disks_claim.h"

#include "disk_owner.h"
#include "xen/base/log.h"

/* Minimum time between two checks whether the daemon still holds its ports. */
#define CLAIM_CHECK_MS 1000

void disks_become_strict(struct disks *disks)
{
    log_info("hand-over: strict from now on\n");
    disks->core->mode = MODE_STRICT;
}

void disks_await_claim(struct disks *disks)
{
    if (disks->core->mode != MODE_HOOK)
        return;
    if (handover_await_claim(&disks->core->store, disks->options.hook_limit_ms))
        disks->claim_checked = instant_now();
    else
        disks_become_strict(disks);
}

void disks_check_claim(struct disks *disks, const struct instant *now)
{
    if (disks->core->mode != MODE_HOOK ||
        !instant_exceeds(&disks->claim_checked, now, CLAIM_CHECK_MS))
        return;
    disks->claim_checked = *now;
    if (handover_is_claimed(&disks->core->store))
        return;
    for (unsigned i = 0; i < disks->count; i++)
        disks_check_owner(disks->disk[i]);
    disks_become_strict(disks);
}
