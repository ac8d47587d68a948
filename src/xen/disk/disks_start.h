/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The disks in POST: find and connect them, and begin the hand-over.
 */
#ifndef XEN_DISKS_START_H
#define XEN_DISKS_START_H

#include "disks.h"

/**
 * What a disk is to be, before it is connected. Return: DISK_LEFT for one that is not to be
 * connected; else what it may turn out to be.
 */
typedef enum disk_role disks_choose_role(struct disk *disk);

/** Memory for the disks, to be found by disks_start. NULL: there is none. */
struct disks *disks_alloc(void);

/**
 * POST: find the disks and connect them, side by side: several backends that never answer cost one
 * limit. In the order of their names; if there are more than DISKS_MAX the first ones.
 *
 * With the mode off there are no disks.
 * @names: scratch memory of XENSTORE_PAYLOAD_MAX bytes. Return: 0; -XEN_ENODEV when this is no Xen
 * guest; or an error that is in the log, with no disks.
 */
int disks_start(struct disks *disks, const struct disks_options *options,
                disks_choose_role *choose_role, char *names);

/** POST, before disks_ready: leave a disk to its emulated twin after all. disks_ready closes all of
 *  these side by side, before anything is read of any disk, and they stay so. */
void disks_leave_to_emulated(struct disk *disk);

/** POST, before disks_ready: one that was taken to be emulated as well is not. */
void disks_set_alone(struct disk *disk);

/**
 * POST, when the roles of all disks are known: read the first block of each that is alone, side by
 * side and within one limit, and begin the hand-over. A disk that cannot be read is closed. Of the
 * first one that can be used more is read, because it is booted.
 *
 * In strict mode they are closed again; each that could be opened is "handed over" then.
 */
void disks_ready(struct disks *disks);

/** POST, last: say in the log how many can be used, and what it took. */
void disks_log_ready(const struct disks *disks);

#endif
