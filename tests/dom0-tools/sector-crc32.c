/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* sector-crc32 IMAGE LBA COUNT: print the checksum that a guest program prints for these sectors.
 */
#include "transfers.h"

#include "../guests/crc32.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    uint32_t table[256];

    if (argc != 4)
        die("usage: sector-crc32 IMAGE LBA COUNT");
    struct image image = image_open(argv[1]);
    unsigned long long lba = strtoull(argv[2], NULL, 0), count = strtoull(argv[3], NULL, 0);
    if (lba >= image.sectors || count > image.sectors - lba)
        die("%s has %llu sectors", argv[1], (unsigned long long)image.sectors);
    crc32_fill(table);
    printf("%08x\n", crc32_of(table, image.data + lba * SECTOR, count * SECTOR));
    return 0;
}
