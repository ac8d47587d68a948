/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "xenstore_ring.h"

#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/public.h"
#include "xen/hv/byte_ring.h"
#include "xen/hv/evtchn.h"
#include "xen/hv/wait.h"

void xenstore_ring_init(struct xenstore_ring *ring, void *page, uint32_t port, uint32_t limit_ms)
{
    ring->page = page;
    ring->port = port;
    ring->limit_ms = limit_ms;
    ring->closed = false;
    ring->received = 0;
    ring->unnotified = 0;
}

void xenstore_ring_close(struct xenstore_ring *ring, const char *why)
{
    if (!ring->closed)
        log_error("xenstore: closed for good: %s\n", why);
    ring->closed = true;
}

int xenstore_ring_notify(struct xenstore_ring *ring)
{
    if (ring->closed)
        return -XEN_ENOTCONN;
    ring->unnotified = 0;
    int error = evtchn_notify(ring->port);

    /* xenstored may keep sleeping on half a message; the next one would be out of step. */
    if (error)
        xenstore_ring_close(ring, "its event channel does not work");
    return error;
}

static int ring_timed_out(struct xenstore_ring *ring)
{
    xenstore_ring_close(ring, "xenstored does not answer");
    return -XEN_ETIMEDOUT;
}

/* Only this side writes the producer of requests. Return: whether it is still what was last
 * written. */
static bool ring_is_the_same(const struct xenstore_ring *ring)
{
    return shared_read(&ring->page->req_prod) == ring->produced;
}

/* The page is not as this side left it, or its indexes are impossible: it is damaged, or a restore
 * has cleared it, perhaps between two reads of them. */
static int ring_changed(struct xenstore_ring *ring)
{
    if (!ring->produced || shared_read(&ring->page->req_prod) ||
        shared_read(&ring->page->rsp_cons)) {
        xenstore_ring_close(ring, "impossible ring indexes");
        return -XEN_EIO;
    }
    log_info("xenstore: a restore has lost the requests in flight\n");
    ring->closed = true;
    /* So that xenstore_find sees a new port, and opens the client again. */
    ring->port = 0;
    return -XEN_ENOTCONN;
}

void xenstore_ring_begin(struct xenstore_ring *ring)
{
    ring->produced = shared_read(&ring->page->req_prod);
}

int xenstore_ring_send(struct xenstore_ring *ring, const void *data, uint32_t count)
{
    const char *from = data;
    struct wait wait;

    if (ring->closed)
        return -XEN_ENOTCONN;
    wait_begin(&wait, "xenstore", "space for a request", ring->limit_ms);
    while (count) {
        uint32_t producer = ring->produced;
        if (!ring_is_the_same(ring))
            return ring_changed(ring);
        uint32_t consumer = shared_read(&ring->page->req_cons);
        uint32_t used = producer - consumer;

        if (used > XENSTORE_RING_SIZE)
            return ring_changed(ring);
        uint32_t space = XENSTORE_RING_SIZE - used;
        if (!space) {
            int error = xenstore_ring_notify(ring);
            if (error)
                return error;
            if (!wait_turn(&wait))
                return ring_timed_out(ring);
            continue;
        }
        uint32_t chunk = count < space ? count : space;
        /* xenstored reads the bytes only after it has seen the producer move. If a restore has
         * cleared the ring meanwhile, the producer must not move: xenstored would ignore the guest
         * for good. */
        byte_ring_put(ring->page->req, XENSTORE_RING_SIZE, producer, from, chunk);
        ring->produced = producer + chunk;
        if (!shared_compare_exchange32(&ring->page->req_prod, &producer, ring->produced))
            return ring_changed(ring);
        from += chunk;
        count -= chunk;
    }
    return 0;
}

/* Wait one turn for more bytes. Return: 0, or the error that closed the ring. */
static int ring_await_bytes(struct xenstore_ring *ring, struct wait *wait)
{
    if (!ring_is_the_same(ring))
        return ring_changed(ring);
    /* This many bytes may have filled the ring. xenstored then sleeps until it is notified of the
     * space, and the last bytes may have completed what was wanted. */
    if (ring->unnotified >= XENSTORE_RING_SIZE) {
        int error = xenstore_ring_notify(ring);
        if (error)
            return error;
    }
    return wait_turn(wait) ? 0 : ring_timed_out(ring);
}

bool xenstore_ring_is_ready(const struct xenstore_ring *ring)
{
    return ring->closed || !ring_is_the_same(ring) ||
           shared_read(&ring->page->rsp_prod) != shared_read(&ring->page->rsp_cons);
}

/* Read bytes once from the ring, and add them to a digest. */
static void ring_digest(const struct xenstore_ring *ring, uint32_t from, uint32_t count,
                        struct digest *digest)
{
    for (uint32_t i = 0; i < count; i++)
        digest_add(digest, ring->page->rsp[(from + i) % XENSTORE_RING_SIZE]);
}

/* Receive bytes to a buffer, into a digest, or drop them if both are NULL. */
static int ring_receive(struct xenstore_ring *ring, char *to, struct digest *digest, uint32_t count)
{
    struct wait wait;

    if (ring->closed)
        return -XEN_ENOTCONN;
    wait_begin(&wait, "xenstore", "a reply", ring->limit_ms);
    while (count) {
        uint32_t consumer = shared_read(&ring->page->rsp_cons);
        uint32_t producer = shared_read(&ring->page->rsp_prod);
        uint32_t available = producer - consumer;

        if (available > XENSTORE_RING_SIZE)
            return ring_changed(ring);
        if (!available) {
            int error = ring_await_bytes(ring, &wait);
            if (error)
                return error;
            continue;
        }
        uint32_t chunk = count < available ? count : available;
        if (to) {
            byte_ring_take(ring->page->rsp, XENSTORE_RING_SIZE, consumer, to, chunk);
            to += chunk;
        } else if (digest) {
            ring_digest(ring, consumer, chunk, digest);
        }
        /* xenstored may overwrite the bytes once the consumer has moved. If a restore has cleared
         * the ring, they were not of a reply. */
        if (!shared_compare_exchange32(&ring->page->rsp_cons, &consumer, consumer + chunk))
            return ring_changed(ring);
        count -= chunk;
        ring->received += chunk;
        ring->unnotified += chunk;
        /* xenstored may have found the ring full, and sleeps until it is notified of the space. */
        if (count) {
            int error = xenstore_ring_notify(ring);
            if (error)
                return error;
        }
    }
    return 0;
}

int xenstore_ring_receive(struct xenstore_ring *ring, void *data, uint32_t count)
{
    return ring_receive(ring, data, 0, count);
}

int xenstore_ring_receive_digest(struct xenstore_ring *ring, struct digest *digest, uint32_t count)
{
    digest_begin(digest);
    return ring_receive(ring, 0, digest, count);
}
