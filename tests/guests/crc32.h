/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* CRC-32 (reflected, polynomial 0xedb88320), for the guests and for the programs in dom0 that
 * compare. */
#ifndef CRC32_H
#define CRC32_H

#include <stddef.h>
#include <stdint.h>

static inline void crc32_fill(uint32_t table[256])
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t rest = byte;
        for (int bit = 0; bit < 8; bit++)
            rest = rest & 1 ? rest >> 1 ^ 0xedb88320u : rest >> 1;
        table[byte] = rest;
    }
}

static inline uint32_t crc32_of(const uint32_t table[256], const void *data, size_t size)
{
    const uint8_t *byte = data;
    uint32_t crc = ~0u;

    while (size--)
        crc = crc >> 8 ^ table[(crc ^ *byte++) & 0xff];
    return ~crc;
}

#endif
