/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Hook mode leaves disks open only while the daemon in dom0 has claimed the ports. Only for the
 * other files of this folder.
 */
#ifndef XEN_DISKS_CLAIM_H
#define XEN_DISKS_CLAIM_H

#include "disk_set.h"

/** Wait for the daemon's claim, in hook mode with disks open; become strict if it does not come,
 * and after a move until a daemon attends to the guest. */
void disks_await_claim(struct disks *disks);

/** In hook mode with disks open, or one that something else has closed, check the claim at @now, at
 * most once a second: the daemon may have done its work, been stopped, or be on another host. */
void disks_check_claim(struct disks *disks, const struct instant *now);

/** Before a connection: in a boot that a move has made strict, look for a daemon, at most once a
 * second; if one attends to the guest, return to hook mode. The mark of the connection then asks
 * for the claim, and the end of the call waits for it. */
void disks_seek_hook(struct disks *disks);

#endif
