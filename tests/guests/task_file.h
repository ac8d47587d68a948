/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A minimal driver for emulated IDE disks: polled, sector by sector, LBA28. */
#ifndef TASK_FILE_H
#define TASK_FILE_H

#include "guest.h"

/* Where a disk is: the first (0) or second (1) unit of the first (0) or second (1) channel. */
struct ide_disk {
    unsigned channel;
    unsigned unit;
};

/* Return: 0, or the error bits of the drive's last status, or all bits if the drive did not answer.
 */
uint8_t task_file_read(const struct ide_disk *disk, uint32_t lba, uint32_t count, void *to);
uint8_t task_file_write(const struct ide_disk *disk, uint32_t lba, uint32_t count,
                        const void *from);

/* Flush the disk's cache. */
uint8_t task_file_flush(const struct ide_disk *disk);

#endif
