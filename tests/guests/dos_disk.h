/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Uses the volume of a disk (volume.h) as DOS does: resident code hooks int13, and files are read
 * and written cluster by cluster.
 *
 * The functions use buffers from LOW_BUFFERS on, and 1 MiB from HIGH_BUFFERS on.
 */
#ifndef DOS_DISK_H
#define DOS_DISK_H

#include "guest.h"

/* Hook int13: the resident code counts the calls and goes on to the BIOS. */
void dos_disk_hook(void);

/* The calls of int13 since dos_disk_hook, modulo 65536. */
uint32_t dos_disk_hooked(void);

/* Copy the file SOURCE.BIN of the volume to COPY.BIN, read the volume again, and compare the
 * two. False, with a failed check, if that fails. */
bool dos_disk_copy(void);

/* Read the root directory of the disk's volume and write it again, as DOS does for the date of a
 * file. */
bool dos_disk_touch(void);

#endif
