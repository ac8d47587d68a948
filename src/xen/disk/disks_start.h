/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The disks in POST: find and connect them, and begin the hand-over.
 */
#ifndef XEN_DISKS_START_H
#define XEN_DISKS_START_H

#include "disks.h"

/**
 * Choose the role of a disk before it is connected. Return: DISK_LEFT for one that must not be
 * connected; else the role that it may turn out to have.
 */
typedef enum disk_role disks_choose_role(struct disk *disk);

/** Allocate memory for disks_start. Return: NULL if there is none. */
struct disks *disks_alloc(void);

/**
 * POST: find the disks and connect them side by side: several backends that never respond cost one
 * limit. If there are more than DISKS_MAX, those of the guest option "boot" are used, in its order,
 * and then those with the lowest names.
 *
 * With the mode off there are no disks. @core: of core_init, without an error. @names: scratch
 * memory of XENSTORE_PAYLOAD_MAX bytes. Return: 0; or an error that is in the log, with no disks.
 */
int disks_start(struct disks *disks, struct core *core, const struct disks_options *options,
                disks_choose_role *choose_role, char *names);

/** POST, before disks_ready: leave a disk to its emulated drive after all. disks_ready closes all
 * such disks side by side, before it reads from any disk, and they stay closed. */
void disks_leave_to_emulated(struct disk *disk);

/** POST, before disks_ready: note that a disk which was assumed to be emulated is not. */
void disks_set_alone(struct disk *disk);

/**
 * POST, once the roles of all disks are known: read the first block of each PV-only disk, side by
 * side and within one limit, and begin the hand-over. A disk that cannot be read is closed.
 *
 * In strict mode more is read of the disk that the guest boots from; then all
 * are closed again, and each that could be opened is "handed over".
 */
void disks_ready(struct disks *disks);

/** POST, last: log how many disks are usable, and what it took. */
void disks_log_ready(const struct disks *disks);

#endif
