/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "system_ring.h"

#include "xen/base/bytes.h"
#include "xen/base/public.h"

#include <string.h>

/* As xen/io/blkif.h has it: byte offsets. */
#define RING_REQ_PROD  0u
#define RING_RSP_PROD  8u
#define RING_RSP_EVENT 12u
#define RING_SLOTS     64u

#define SLOTS           32u
#define SLOT_BYTES      112u
#define SLOT_ID         8u
#define SLOT_SECTOR     16u
#define SLOT_REFERENCE  24u
#define SLOT_LAST       29u
#define RESPONSE_STATUS 10u

void system_ring_begin(struct system_ring *ring, void *page)
{
    ring->page = page;
    ring->produced = 0;
    memset(page, 0, PAGE_BYTES);
}

static uint8_t *slot_of(const struct system_ring *ring, uint32_t index)
{
    return ring->page + RING_SLOTS + index % SLOTS * SLOT_BYTES;
}

void system_ring_put(struct system_ring *ring, bool write, uint32_t reference, uint64_t sector,
                     uint32_t count)
{
    uint8_t *slot = slot_of(ring, ring->produced++);
    uint64_t id = ring->produced;

    memset(slot, 0, SLOT_BYTES);
    slot[0] = write ? BLKIF_OP_WRITE : BLKIF_OP_READ;
    slot[1] = 1; /* segment */
    memcpy(slot + SLOT_ID, &id, sizeof(id));
    memcpy(slot + SLOT_SECTOR, &sector, sizeof(sector));
    memcpy(slot + SLOT_REFERENCE, &reference, sizeof(reference));
    slot[SLOT_LAST] = (uint8_t)(count - 1);
    memcpy(ring->page + RING_RSP_EVENT, &ring->produced, sizeof(ring->produced));
    memcpy(ring->page + RING_REQ_PROD, &ring->produced, sizeof(ring->produced));
}

bool system_ring_is_answered(const struct system_ring *ring)
{
    return !memcmp(ring->page + RING_RSP_PROD, &ring->produced, sizeof(ring->produced));
}

int16_t system_ring_status(const struct system_ring *ring)
{
    int16_t status;

    memcpy(&status, slot_of(ring, ring->produced - 1) + RESPONSE_STATUS, sizeof(status));
    return status;
}
