/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A driver for emulated IDE disks, as small as one can be: polled, sector by sector, LBA28. */
#ifndef TASK_FILE_H
#define TASK_FILE_H

#include "guest.h"

/* Where a disk is: the first (0) or second (1) unit of the first (0) or second (1) channel. */
struct ide_disk {
    unsigned channel;
    unsigned unit;
};

/* The bit of the drive's last status that says whether it failed, 0 if all went well; all bits
 * where no answer came. */
uint8_t task_file_read(const struct ide_disk *disk, uint32_t lba, uint32_t count, void *to);
uint8_t task_file_write(const struct ide_disk *disk, uint32_t lba, uint32_t count,
                        const void *from);

/* Have the disk write out what it caches. */
uint8_t task_file_flush(const struct ide_disk *disk);

#endif
