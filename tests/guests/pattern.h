/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The data that guest programs write to a sector, shared with the programs in dom0 that verify the
 * image: each word depends on the sector, on the write (salt) and on its place.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include <stdint.h>

#define PATTERN_WORDS 128u /* of a sector */

static inline uint32_t pattern_word(uint32_t lba, uint32_t salt, uint32_t word)
{
    uint32_t x = lba * 0x9e3779b1u ^ salt * 0x85ebca77u ^ (word + 1) * 0xc2b2ae3du;

    x ^= x >> 15;
    x *= 0x2c1b3c6du;
    x ^= x >> 13;
    return x;
}

#endif
