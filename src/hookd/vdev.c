/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vdev.h"

#include <stdio.h>

/* Numbers with this bit have a disk of 20 bits and a partition of 8. Others are a major and a minor
 * number of Linux, of 8 bits each. */
#define VDEV_EXTENDED (1u << 28)

static const struct vdev_range {
    const char *prefix;
    uint32_t major;
    unsigned partition_bits;
    uint32_t first; /* disk */
} ranges[] = {
    {"xvd", 202, 4, 0},
    {"sd", 8, 4, 0},
    {"hd", 3, 6, 0},
    {"hd", 22, 6, 2},
};

/* Letters count as a, b, ..., z, aa, ab, ... */
static void name_write(char name[VDEV_NAME_BYTES], const char *prefix, uint32_t disk,
                       uint32_t partition)
{
    char letters[8], *at = letters + sizeof(letters) - 1;

    *at = 0;
    for (disk++; disk; disk = (disk - 1) / 26)
        *--at = (char)('a' + (disk - 1) % 26);
    if (partition)
        snprintf(name, VDEV_NAME_BYTES, "%s%s%u", prefix, at, partition);
    else
        snprintf(name, VDEV_NAME_BYTES, "%s%s", prefix, at);
}

void vdev_name(uint32_t number, char name[VDEV_NAME_BYTES])
{
    name[0] = 0;
    if (number >> 28 == 1) {
        name_write(name, "xvd", (number & ~VDEV_EXTENDED) >> 8, number & 0xff);
        return;
    }
    for (unsigned i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        const struct vdev_range *range = &ranges[i];
        uint32_t minor = number & 0xff, mask = (1u << range->partition_bits) - 1;

        if (number >> 8 == range->major)
            name_write(name, range->prefix, range->first + (minor >> range->partition_bits),
                       minor & mask);
    }
}
