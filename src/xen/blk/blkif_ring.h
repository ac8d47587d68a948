/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The ring of block requests and responses on one page shared with the backend.
 *
 * The backend can write all of the page at any time. What this side needs to know it keeps in its
 * own memory; what it reads from the page it copies once and then checks.
 * Source: xen/io/ring.h and xen/io/blkif.h.
 */
#ifndef XEN_BLKIF_RING_H
#define XEN_BLKIF_RING_H

#include <stdbool.h>
#include <stdint.h>

/** Requests that fit a ring of one page, for the x86_32 and the x86_64 layout alike. */
#define BLKIF_RING_SLOTS 32u

struct blkif_sring;
struct blkif_request;
struct blkif_response;

struct blkif_ring {
    struct blkif_sring *shared; /* the page */
    uint32_t produced;          /* requests put so far */
    uint32_t pushed;            /* of these, what the backend was shown */
    uint32_t consumed;          /* responses taken so far */
    uint64_t serial;            /* makes every id a new one */
    struct {
        bool in_flight;
        uint8_t operation;
        uint64_t id;
    } slot[BLKIF_RING_SLOTS];
};

/** Begin with an empty ring in @page, before the backend knows of it. */
void blkif_ring_init(struct blkif_ring *ring, void *page);

/** Requests without a response. */
uint32_t blkif_ring_in_flight(const struct blkif_ring *ring);

/**
 * Put a request on the ring; the backend does not see it yet.
 *
 * @request: its id is set here. Return: 0, or -XEN_ENOBUFS when all slots are in flight.
 */
int blkif_ring_put(struct blkif_ring *ring, struct blkif_request *request);

/** Show the backend what was put. Return: whether it has to be notified. */
bool blkif_ring_push(struct blkif_ring *ring);

/**
 * Take a response off the ring.
 *
 * Return: 1 with *@response set to a copy of a response to a request in flight; 0 when there is
 * none; -XEN_EIO when the backend breaks the protocol: the ring must then not be used any more.
 */
int blkif_ring_take(struct blkif_ring *ring, struct blkif_response *response);

#endif
