/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Closing the disks for who comes next, and giving one up.
 */
#ifndef XEN_DISKS_HANDOVER_H
#define XEN_DISKS_HANDOVER_H

#include "disks.h"

/**
 * Close all: what comes next has drivers of its own, or none. A call to a disk opens it again. If
 * this is called while another call waits, nobody comes back to that one: it is forgotten.
 */
void disks_close_all(struct disks *disks);

/** The same for an operating system that has said that it starts: from now on strict. Nothing is
 *  done while another call waits. */
void disks_leave(struct disks *disks);

/** Close those that were not used for a second, and forget what is cached of them: somebody uses a
 *  drive that is none of these. Nothing is done while another call waits. */
void disks_close_idle(struct disks *disks);

/** Forget all that is cached: something was written by other ways than these disks. While another
 *  call waits, when that has ended. */
void disks_forget_cached(struct disks *disks);

/** Use a disk no more: it is flushed and closed if it is open, and stays closed. Return: 0, or
 *  -XEN_EBUSY while another call waits: it is as it was. */
int disks_give_up(struct disk *disk);

/** The same for @count disks, of which there is one, side by side. */
int disks_give_up_all(struct disk *const abandoned[], unsigned count);

#endif
