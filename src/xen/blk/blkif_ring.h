/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The ring of block requests and responses on one page shared with the backend.
 *
 * The backend can write to the whole page at any time. This side keeps its own state in private
 * memory, and copies what it reads from the page once before checking it. Source: xen/io/ring.h and
 * xen/io/blkif.h.
 */
#ifndef XEN_BLKIF_RING_H
#define XEN_BLKIF_RING_H

#include <stdbool.h>
#include <stdint.h>

/** Slots of a one-page ring, the same for the x86_32 and the x86_64 layout. */
#define BLKIF_RING_SLOTS 32u

struct blkif_sring;
struct blkif_request;
struct blkif_response;

struct blkif_ring {
    struct blkif_sring *shared; /* the page */
    uint32_t produced;          /* requests put so far */
    uint32_t pushed;            /* of these, the requests pushed to the backend */
    uint32_t consumed;          /* responses taken so far */
    uint64_t serial;            /* makes each id unique */
    struct {
        bool in_flight;
        uint8_t operation;
        uint64_t id;
    } slot[BLKIF_RING_SLOTS];
};

/** Initialise an empty ring in @page, before the backend knows of it. */
void blkif_ring_init(struct blkif_ring *ring, void *page);

/** Return the number of requests without a response. */
uint32_t blkif_ring_in_flight(const struct blkif_ring *ring);

/**
 * Put a request on the ring; the backend does not see it before blkif_ring_push.
 *
 * @request: its id is set here. Return: 0, or -XEN_ENOBUFS if all slots are in flight.
 */
int blkif_ring_put(struct blkif_ring *ring, struct blkif_request *request);

/** Push all requests that were put to the backend. Return: whether it has to be notified. */
bool blkif_ring_push(struct blkif_ring *ring);

/**
 * Take a response off the ring.
 *
 * Return: 1 with *@response set to a copy of a response to a request in flight; 0 if there is none;
 * -XEN_EIO if the backend breaks the protocol: the ring must not be used any more.
 */
int blkif_ring_take(struct blkif_ring *ring, struct blkif_response *response);

#endif
