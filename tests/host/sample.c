/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "sample.h"

#include "model/disk.h"
#include "xen/disk/disks_transfer.h"

#include <string.h>

uint8_t sample[SAMPLE_SECTORS * SECTOR_BYTES];

int sample_read(struct disk *disk, uint64_t sector)
{
    memset(sample, 0xee, sizeof(sample));
    return disks_read(disk, sector, SAMPLE_SECTORS, sample);
}

bool sample_is(uint64_t sector)
{
    uint8_t now[SECTOR_BYTES];

    for (unsigned i = 0; i < SAMPLE_SECTORS; i++) {
        disk_read(sector + i, now);
        if (memcmp(now, sample + i * SECTOR_BYTES, SECTOR_BYTES))
            return false;
    }
    return true;
}
