/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Hook mode leaves disks open only while the daemon in dom0 has claimed the ports. Only for the
 * other files of this folder.
 */
#ifndef XEN_DISKS_CLAIM_H
#define XEN_DISKS_CLAIM_H

#include "disk_set.h"

/** Wait for the daemon's claim, in hook mode with disks open; become strict if it does not come. */
void disks_await_claim(struct disks *disks);

/** In hook mode with disks open, check the claim at @now, at most once a second: the daemon may
 * have done its work, or been stopped. */
void disks_check_claim(struct disks *disks, const struct instant *now);

/** Become strict: from now on, leave no disk open after a call. */
void disks_become_strict(struct disks *disks);

#endif
