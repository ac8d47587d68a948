/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The beginning and the end of a call to a disk. Only for the other files of this folder.
 */
#ifndef XEN_DISKS_CALL_H
#define XEN_DISKS_CALL_H

#include "disk_set.h"

/** Wait for the daemon's claim, in hook mode with disks open; become strict if it does not come. */
void disks_await_claim(struct disks *disks);

/** Close all open disks. The cache stays. */
void disks_close_open(struct disks *disks);

/** Close all open disks in strict mode. What dom0 has cached of the devices meanwhile is dropped if
 * they were open for longer than a call. */
void disks_close_strict(struct disks *disks);

/** Begin a call to a disk: check what other systems may have done since the last one. Return: 0 or
 * -XEN_EBUSY. */
int disks_begin(struct disk *disk);

/** Open a disk that was handed over, or retry one with a drive of its own. Return: 0 or
 * -XEN_ENOTCONN. */
int disks_open(struct disk *disk);

/** Check whether the end of this call will close all disks. */
bool disks_end_closes(const struct disks *disks);

/** End the call: in hook mode, wait for the claim of what it has opened; in strict mode, close all,
 * unless the system lives on int13. */
void disks_end(struct disk *disk);

/** Check whether a disk may have another owner by @now: there has been no call to it for a
 * second. */
bool disks_may_be_taken(const struct disk *disk, const struct instant *now);

/** Check whether something else has closed a disk's connection or taken the disk over; if so,
 * forget the connection, which is not ours to close. */
void disks_check_owner(struct disk *disk);

/** Begin to close a disk for the next system. */
void disks_hand_over(struct disk *disk);

/** Become strict: from now on, leave no disk open after a call. */
void disks_become_strict(struct disks *disks);

#endif
