/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/disk.h"

#include "model/fault.h"

#include <string.h>

#define WRITTEN_MAX 4096u

static struct {
    uint64_t sector;
    uint8_t bytes[DISK_SECTOR_BYTES];
} written[WRITTEN_MAX];

static unsigned written_count;

void disk_reset(void)
{
    written_count = 0;
}

static unsigned find(uint64_t sector)
{
    unsigned i = 0;

    while (i < written_count && written[i].sector != sector)
        i++;
    return i;
}

void disk_read_original(uint64_t sector, void *to)
{
    uint8_t *bytes = to;
    uint64_t state = (sector + 1) * UINT64_C(0x9e3779b97f4a7c15);
    for (unsigned at = 0; at < DISK_SECTOR_BYTES; at++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
        bytes[at] = (uint8_t)(state >> 56);
    }
}

void disk_read(uint64_t sector, void *to)
{
    unsigned i = find(sector);

    if (i < written_count)
        memcpy(to, written[i].bytes, DISK_SECTOR_BYTES);
    else
        disk_read_original(sector, to);
}

void disk_write(uint64_t sector, const void *from)
{
    unsigned i = find(sector);

    if (i == WRITTEN_MAX)
        model_fault("more sectors written than the model can hold");
    if (i == written_count)
        written_count++;
    written[i].sector = sector;
    memcpy(written[i].bytes, from, DISK_SECTOR_BYTES);
}
