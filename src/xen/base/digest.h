/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A digest of a text that may be too long to keep: enough to see whether another text is the same.
 * The hash is FNV-1a for 32 bits.
 */
#ifndef XEN_DIGEST_H
#define XEN_DIGEST_H

#include <stdint.h>

struct digest {
    uint32_t hash; /* another text most likely has another one */
    char last;     /* the last byte; 0 of an empty text */
};

/** Begin a digest: that of an empty text. */
static inline void digest_begin(struct digest *digest)
{
    digest->hash = 2166136261u;
    digest->last = 0;
}

/** Add the next byte. */
static inline void digest_add(struct digest *digest, char byte)
{
    digest->hash = (digest->hash ^ (uint8_t)byte) * 16777619u;
    digest->last = byte;
}

#endif
