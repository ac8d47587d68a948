/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The byte streams to and from xenstored: one page with two rings of 1024 bytes.
 *
 * A message may be longer than a ring. xenstored can write anything into the page; an impossible
 * index closes the rings for good, because no later content can be trusted.
 */
#ifndef XEN_XENSTORE_RING_H
#define XEN_XENSTORE_RING_H

#include "xen/base/digest.h"

#include <stdbool.h>
#include <stdint.h>

struct xenstore_domain_interface;

struct xenstore_ring {
    volatile struct xenstore_domain_interface *page; /* shared with xenstored */
    uint32_t port;
    uint32_t limit_ms;
    bool closed;
    uint32_t produced;   /* requests written by this side: the page may be replaced */
    uint32_t received;   /* bytes received so far */
    uint32_t unnotified; /* bytes received since xenstored was last notified */
};

/** Begin to use the rings in @page. @limit_ms: how long one transfer may wait for the other side.
 */
void xenstore_ring_init(struct xenstore_ring *ring, void *page, uint32_t port, uint32_t limit_ms);

/** Close the rings for good, and log @why: nothing is sent or trusted any more. */
void xenstore_ring_close(struct xenstore_ring *ring, const char *why);

/** Begin a message: nothing is in flight. */
void xenstore_ring_begin(struct xenstore_ring *ring);

/**
 * Send @count bytes.
 *
 * Return: 0; -XEN_ENOTCONN if the ring is closed, or if a restore has cleared it: it is then closed
 * until xenstore_find finds it again. -XEN_ETIMEDOUT (no space within the limit), -XEN_EIO
 * (impossible indexes) and errors of the event channel close it for good.
 */
int xenstore_ring_send(struct xenstore_ring *ring, const void *data, uint32_t count);

/** Notify xenstored of sent bytes or of free space. Errors: as for send. */
int xenstore_ring_notify(struct xenstore_ring *ring);

/** Check, without waiting, whether there are bytes to receive, or receiving fails at once. */
bool xenstore_ring_is_ready(const struct xenstore_ring *ring);

/** Receive exactly @count bytes into @data, or drop them if @data is NULL. Errors: as for send. */
int xenstore_ring_receive(struct xenstore_ring *ring, void *data, uint32_t count);

/** Receive exactly @count bytes, and keep only their digest. Errors: as for send. */
int xenstore_ring_receive_digest(struct xenstore_ring *ring, struct digest *digest, uint32_t count);

#endif
