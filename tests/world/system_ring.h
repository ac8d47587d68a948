/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A ring of the operating system's, in the 64-bit layout, with one request at a time. */
#ifndef WORLD_SYSTEM_RING_H
#define WORLD_SYSTEM_RING_H

#include <stdbool.h>
#include <stdint.h>

struct system_ring {
    uint8_t *page;
    uint32_t produced;
};

/** Make it empty. */
void system_ring_begin(struct system_ring *ring, void *page);

/** Show the backend a request for up to 8 sectors at the start of one page. */
void system_ring_put(struct system_ring *ring, bool write, uint32_t reference, uint64_t sector,
                     uint32_t count);

/** Whether the backend has answered; and what: BLKIF_RSP_*. */
bool system_ring_is_answered(const struct system_ring *ring);
int16_t system_ring_status(const struct system_ring *ring);

#endif
