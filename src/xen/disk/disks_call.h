/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The beginning and the end of a call to a disk. Only for the other files of this folder.
 */
#ifndef XEN_DISKS_CALL_H
#define XEN_DISKS_CALL_H

#include "disk_set.h"

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

/** Drop what the connection of a disk that was just made shows to be old, and log a new size. */
void disks_note_connection(struct disk *disk);

/** Check whether the end of this call will close all disks. */
bool disks_end_closes(const struct disks *disks);

/** End the call: in hook mode, wait for the claim of what it has opened; in strict mode, close all,
 * unless the system lives on int13. */
void disks_end(struct disk *disk);

/** Begin to close a disk for the next system. */
void disks_hand_over(struct disk *disk);

#endif
