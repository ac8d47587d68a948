/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Connecting closed disks once more. Only for the other files of this folder.
 */
#ifndef XEN_DISKS_RECONNECT_H
#define XEN_DISKS_RECONNECT_H

#include "disk_set.h"

/**
 * Connect the closed disks that need it, and close them again, side by side and once:
 *
 * - A flush got no response because the connection went away, and is still to be done.
 * - If @for_page_cache: the emulated disk reads from dom0's page cache of the block device, which
 *   writes over PV have bypassed. Linux' blkback invalidates that cache, but only when it connects.
 */
void disks_reconnect(struct disks *disks, bool for_page_cache);

#endif
