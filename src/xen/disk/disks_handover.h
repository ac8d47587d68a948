/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Closing the disks for the next system, and abandoning a disk.
 */
#ifndef XEN_DISKS_HANDOVER_H
#define XEN_DISKS_HANDOVER_H

#include "disks.h"

/**
 * Close all disks: the next system has drivers of its own, or none. A call to a disk opens it
 * again. If another call is in progress, it will never continue: it is abandoned.
 */
void disks_close_all(struct disks *disks);

/** Close all disks for an operating system that has announced itself, and become strict. Does
 * nothing while another call is in progress. */
void disks_leave(struct disks *disks);

/** Close the disks without a call for a second, and forget what is cached of them: another drive is
 * in use. Does nothing while another call is in progress. */
void disks_close_idle(struct disks *disks);

/** Forget all that is cached: something was written by other ways than these disks. If another call
 * is in progress, forget it once that has ended. */
void disks_forget_cached(struct disks *disks);

/** Abandon a disk: flush and close it if it is open, and keep it closed. Return: 0, or -XEN_EBUSY,
 * with the disk unchanged, while another call is in progress. */
int disks_give_up(struct disk *disk);

/** Abandon @count disks, at least one, side by side. Return: as disks_give_up. */
int disks_give_up_all(struct disk *const abandoned[], unsigned count);

#endif
