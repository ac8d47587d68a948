/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What int13 asks of a disk. It is opened for that, and left as the mode of the hand-over wants it.
 *
 * While a call waits, interrupts are let in, and the handler of one may call again. It is refused:
 * both would use the same bounce memory, for data that is on its way to a disk.
 */
#ifndef XEN_DISKS_TRANSFER_H
#define XEN_DISKS_TRANSFER_H

#include "disks.h"

/*
 * Return: what disk_io_read, disk_io_write and vbd_check do; -XEN_ENOTCONN
 * also for a disk that was given up because of a fault; -XEN_EBUSY while another call waits, to any
 * disk. In strict mode a write also has the errors of the flush that follows it.
 */
int disks_read(struct disk *disk, uint64_t sector, uint32_t count, void *buffer);
int disks_write(struct disk *disk, uint64_t sector, uint32_t count, const void *buffer);
int disks_check(struct disk *disk, uint64_t sector, uint32_t count);

/** Bring a disk back that was given up, if its backend lets it. Return: 0, -XEN_ENOTCONN, or
 *  -XEN_EBUSY while another call waits. */
int disks_reset(struct disk *disk);

#endif
