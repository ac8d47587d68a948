/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The requests of int13 to a disk. The disk is opened for them, and left as the hand-over mode
 * requires.
 *
 * While a call waits, interrupts are let in, and their handlers may call again. Such a call is
 * refused: both would use the same bounce memory, for data that is on its way to a disk.
 */
#ifndef XEN_DISKS_TRANSFER_H
#define XEN_DISKS_TRANSFER_H

#include "disks.h"

/*
 * Return: as disk_io_read, disk_io_write and vbd_check; -XEN_ENOTCONN also for a disk that was
 * abandoned because of a fault; -XEN_EBUSY while another call, to any disk, is in progress. In
 * strict mode a write also returns the errors of the flush that follows it.
 *
 * A CD-ROM drive refuses writes with -XEN_EROFS. The others return -XEN_ENXIO while it has no
 * medium, and -XEN_EAGAIN, once, if it has another medium than at the last call.
 */
int disks_read(struct disk *disk, uint64_t sector, uint32_t count, void *buffer);
int disks_write(struct disk *disk, uint64_t sector, uint32_t count, const void *buffer);
int disks_check(struct disk *disk, uint64_t sector, uint32_t count);

/** Reconnect a disk that was abandoned, if its backend allows it. Return: 0, -XEN_ENOTCONN, or
 * -XEN_EBUSY while another call is in progress. */
int disks_reset(struct disk *disk);

/** Check whether a disk can be used, without waiting for its backend. While the backend of a CD-ROM
 * drive closes, nothing tells what is in the drive, and the check succeeds. Return: 0; for a CD-ROM
 * drive -XEN_ENXIO and -XEN_EAGAIN as above; or -XEN_EBUSY. */
int disks_check_medium(struct disk *disk);

#endif
