/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What a call to a disk begins and ends with. For the other files of this folder.
 */
#ifndef XEN_DISKS_CALL_H
#define XEN_DISKS_CALL_H

#include "disk_set.h"

/** With disks open, in hook mode: wait for the hook's claim; without it this boot is strict. */
void disks_await_claim(struct disks *disks);

/** Close all that are open. What is cached stays. */
void disks_close_open(struct disks *disks);

/** Before a call to a disk: notice what others may have done since the last one. Return: 0 or
 *  -XEN_EBUSY. */
int disks_begin(struct disk *disk);

/** Open a disk that was handed over, or try once more to open one with a drive of its own. Return:
 *  0 or -XEN_ENOTCONN. */
int disks_open(struct disk *disk);

/** After the call: have what it has opened claimed by the hook; in strict mode, leave nothing open.
 */
void disks_end(struct disk *disk);

/** Whether a disk may be another system's by @now: there has been no call to it for a second. */
bool disks_may_be_taken(const struct disk *disk, const struct instant *now);

/** Notice that somebody else has closed the connection of a disk or taken it over: it is not ours
 * to close. */
void disks_check_owner(struct disk *disk);

/** Begin to close a disk for the next system. */
void disks_hand_over(struct disk *disk);

/** From now on nothing stays open after a call. */
void disks_become_strict(struct disks *disks);

#endif
