/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The medium of a CD-ROM drive: whether there is one, and whether it is another one than before.
 * Only for the files of this folder. None of this waits for a backend, except to close a disk whose
 * medium is gone.
 */
#ifndef XEN_MEDIUM_H
#define XEN_MEDIUM_H

#include "disk_set.h"

/** POST: note whether a drive has a medium. Takes one round trip to xenstored. */
void medium_find(struct disk *disk);

/** At the start of a call to a drive: look for a change of the medium, at most once a second. If
 * there is one, close the disk and forget what is cached of it. */
void medium_follow(struct disk *disk, const struct instant *now);

/** POST, once the disks are connected: a medium that comes until then is the first one, and no
 * change. */
void medium_note_post(struct disk *disk);

/** After a disk was connected in a call: if the connection is to another medium than the one before
 * it, forget what is cached of that, and note the change; close it if it is to none. */
void medium_note_connection(struct disk *disk);

/**
 * Check whether a call can be served.
 *
 * Return: 0, also for a disk that is no such drive; -XEN_ENXIO without a medium; -XEN_EAGAIN, once,
 * if the medium is another one than at the last call.
 */
int medium_check(struct disk *disk);

#endif
