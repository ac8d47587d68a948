/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The byte streams to and from xenstored: one page with two rings of 1024 bytes.
 *
 * A message may be longer than a ring. xenstored can write anything into the page; an index that
 * cannot be closes the rings for good, because nothing on them can be believed after it.
 */
#ifndef XEN_XENSTORE_RING_H
#define XEN_XENSTORE_RING_H

#include <stdbool.h>
#include <stdint.h>

struct xenstore_domain_interface;

struct xenstore_ring {
    volatile struct xenstore_domain_interface *page; /* shared with xenstored */
    uint32_t port;
    uint32_t limit_ms;
    bool closed;
    uint32_t produced;   /* as far as this side has written: the page may become another one */
    uint32_t received;   /* bytes so far */
    uint32_t unnotified; /* bytes received that xenstored was not told of */
};

/** Begin to use the rings in @page. @limit_ms: how long one transfer may wait for the other side.
 */
void xenstore_ring_init(struct xenstore_ring *ring, void *page, uint32_t port, uint32_t limit_ms);

/** Nothing is trusted or sent on these rings any more; says so with @why. */
void xenstore_ring_close(struct xenstore_ring *ring, const char *why);

/** Nothing is on the way: what is sent next begins a message. */
void xenstore_ring_begin(struct xenstore_ring *ring);

/**
 * Send @count bytes.
 *
 * Return: 0; -XEN_ENOTCONN when the ring is closed, or was found cleared by a restore: it is closed
 * then until it is looked for again. -XEN_ETIMEDOUT (no space within the limit), -XEN_EIO
 * (impossible indexes) and errors of the event channel close it for good.
 */
int xenstore_ring_send(struct xenstore_ring *ring, const void *data, uint32_t count);

/** Tell xenstored that something was sent or that there is space again. Errors: as for send. */
int xenstore_ring_notify(struct xenstore_ring *ring);

/** Receive exactly @count bytes into @data, or drop them if it is NULL. Errors: as for send. */
int xenstore_ring_receive(struct xenstore_ring *ring, void *data, uint32_t count);

#endif
