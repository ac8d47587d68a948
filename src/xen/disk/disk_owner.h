/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Whether an open disk is still ours. Only for the other files of this folder.
 */
#ifndef XEN_DISK_OWNER_H
#define XEN_DISK_OWNER_H

#include "disk_set.h"

/** Check whether a disk may have another owner by @now: there has been no call to it for a
 * second. */
bool disks_may_be_taken(const struct disk *disk, const struct instant *now);

/** Check whether something else has closed a disk's connection or taken the disk over; if so,
 * forget the connection, which is not ours to close. Return: whether it was so. */
bool disks_check_owner(struct disk *disk);

#endif
