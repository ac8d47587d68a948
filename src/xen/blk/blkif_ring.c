/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "blkif_ring.h"

#include "xen/base/bytes.h"
#include "xen/base/public.h"

/* The low bits of an id are its slot, the high bits its serial number. */
#define ID_SLOT_BITS 5

_Static_assert(1u << ID_SLOT_BITS == BLKIF_RING_SLOTS, "ids");
_Static_assert(sizeof(struct blkif_sring) - sizeof(union blkif_sring_entry) +
                       BLKIF_RING_SLOTS * sizeof(union blkif_sring_entry) <=
                   PAGE_BYTES,
               "slots of a one-page ring");

static union blkif_sring_entry *ring_entry(struct blkif_ring *ring, uint32_t index)
{
    return &ring->shared->ring[index % BLKIF_RING_SLOTS];
}

void blkif_ring_init(struct blkif_ring *ring, void *page)
{
    uint64_t serial = ring->serial;

    bytes_zero(ring, sizeof(*ring));
    bytes_zero(page, PAGE_BYTES);
    ring->shared = page;
    ring->serial = serial;
    /* Have the backend told of requests from the first one on, and ask for no event: responses are
     * polled. The backend sends an event only if its producer passes rsp_event, so an index before
     * the start is met only after all 2^32 indexes. */
    ring->shared->req_event = 1;
    ring->shared->rsp_event = 0;
}

uint32_t blkif_ring_in_flight(const struct blkif_ring *ring)
{
    return ring->produced - ring->consumed;
}

int blkif_ring_put(struct blkif_ring *ring, struct blkif_request *request)
{
    uint32_t slot = 0;

    if (blkif_ring_in_flight(ring) >= BLKIF_RING_SLOTS)
        return -XEN_ENOBUFS;
    /* Responses come in any order, so the slot of an id is independent of its position on the
     * ring. */
    while (ring->slot[slot].in_flight)
        slot++;
    request->id = ring->serial++ << ID_SLOT_BITS | slot;
    ring->slot[slot].in_flight = true;
    ring->slot[slot].operation = request->operation;
    ring->slot[slot].id = request->id;
    bytes_copy(&ring_entry(ring, ring->produced)->req, request, sizeof(*request));
    ring->produced++;
    return 0;
}

bool blkif_ring_push(struct blkif_ring *ring)
{
    uint32_t before = ring->pushed;

    ring->pushed = ring->produced;
    shared_write(&ring->shared->req_prod, ring->produced);
    /* The backend sets req_event and then checks req_prod once more. This side does the two in the
     * opposite order; the fence keeps that order. */
    shared_fence();
    return ring->produced - shared_read(&ring->shared->req_event) < ring->produced - before;
}

int blkif_ring_take(struct blkif_ring *ring, struct blkif_response *response)
{
    uint32_t available = shared_read(&ring->shared->rsp_prod) - ring->consumed;

    if (!available)
        return 0;
    /* More responses than requests, or an index that has moved backwards. */
    if (available > ring->pushed - ring->consumed)
        return -XEN_EIO;
    bytes_copy(response, &ring_entry(ring, ring->consumed)->rsp, sizeof(*response));
    shared_barrier();

    uint32_t slot = (uint32_t)response->id % BLKIF_RING_SLOTS;
    if (!ring->slot[slot].in_flight || ring->slot[slot].id != response->id ||
        ring->slot[slot].operation != response->operation)
        return -XEN_EIO;
    ring->slot[slot].in_flight = false;
    ring->consumed++;
    return 1;
}
