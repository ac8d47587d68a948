/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A client of xenstore, the shared configuration tree in which frontends and backends find each
 * other. It sets no watches, so no message arrives unrequested.
 *
 * Requests that do not depend on each other's replies can be posted together and collected with one
 * wait, because a wait takes several times as long as xenstored's work on a request.
 *
 * A path is given as a directory and a key ("device/vbd/51712", "state"), which are sent with a
 * slash between them; the key may be NULL. Relative paths refer to the guest's own directory.
 * Source: xen/io/xs_wire.h and the xenstore protocol that it belongs to.
 */
#ifndef XEN_XENSTORE_CLIENT_H
#define XEN_XENSTORE_CLIENT_H

#include "xen/base/digest.h"
#include "xen/base/public.h"
#include "xenstore_ring.h"

/** No transaction: the request stands alone. */
#define XENSTORE_NO_TRANSACTION 0u

/** Maximum number of outstanding requests. Xenstored's quota is 20. */
#define XENSTORE_POSTED_MAX 8u

/* A request whose reply has not been collected. */
struct xenstore_posted {
    bool pending;
    uint32_t type;    /* XS_*, the same for the request and its reply */
    uint32_t request; /* its number */
    char *reply;      /* where the payload of its reply goes; NULL: drop it */
    uint32_t size;
    struct digest *digest; /* of a read: what becomes of the payload instead */
    int *result;
};

struct xenstore {
    struct xenstore_ring ring;
    uint32_t request; /* number of the last request, to match its reply */
    struct xenstore_posted posted[XENSTORE_POSTED_MAX];
    uint32_t posted_count;
    uint32_t posted_bytes; /* upper bound of the bytes that they take in the ring */
    /* The message being received, and the ring's byte count at its beginning. They are kept here
     * and not on the stack for xenstore_forget. */
    struct xsd_sockmsg header;
    uint32_t message_at;
    uint32_t transaction; /* the open transaction, or XENSTORE_NO_TRANSACTION */
    uint32_t requests;    /* made so far */
    uint32_t round_trips; /* waits for replies so far, each to one or more requests */
};

/**
 * Find the page and the port of xenstore that the toolstack has set up.
 *
 * @limit_ms: how long to wait for a reply. Return: 0 or the error.
 */
int xenstore_init(struct xenstore *store, uint32_t limit_ms);

/** Check whether the client is closed for good, so that every call fails at once. */
bool xenstore_is_closed(const struct xenstore *store);

/**
 * Find the page and the port again. If either is new, as after a restore or a migration, a closed
 * client is open again; otherwise it stays closed.
 *
 * Return: 0, whether closed or open; or the error, with the client unchanged.
 */
int xenstore_find(struct xenstore *store);

/*
 * All requests return 0 (or a length) on success. Errors: what xenstored sent, for instance
 * -XEN_ENOENT; -XEN_EIO, -XEN_ETIMEDOUT, -XEN_ENOTCONN or an error of the event channel if the
 * client is closed for good (-XEN_EIO alone does not imply that: it also stands for an error of
 * unknown name and for a reply of the wrong type); -XEN_E2BIG if a value does not fit.
 */

/**
 * Read a value.
 *
 * @value: @size bytes, set to a terminated string; a value with a zero byte in it is refused with
 * -XEN_EINVAL. Return: its length.
 */
int xenstore_read(struct xenstore *store, uint32_t transaction, const char *directory,
                  const char *key, char *value, uint32_t size);

/*
 * The firmware posts its writes and removals (below). Guest programs, which wait for each, use
 * these two.
 */

/** Write a value, a terminated string. */
int xenstore_write(struct xenstore *store, uint32_t transaction, const char *directory,
                   const char *key, const char *value);

/** Remove a node and everything below it. A node that does not exist counts as removed. */
int xenstore_remove(struct xenstore *store, uint32_t transaction, const char *directory,
                    const char *key);

/**
 * List the names of the nodes in a directory.
 *
 * @names: @size bytes, set to terminated strings one after the other. Return: the number of bytes
 * used, or -XEN_E2BIG.
 */
int xenstore_directory(struct xenstore *store, const char *directory, char *names, uint32_t size);

/** Begin a transaction: others see its changes all at once or not at all. */
int xenstore_transaction_start(struct xenstore *store, uint32_t *transaction);

/** End a transaction and keep its changes. -XEN_EAGAIN: it conflicted with other changes and has to
 * be repeated from the start. */
int xenstore_transaction_commit(struct xenstore *store, uint32_t transaction);

/** End a transaction and discard its changes. */
int xenstore_transaction_abort(struct xenstore *store, uint32_t transaction);

/*
 * Post the same requests; xenstored processes them in this order. After xenstore_collect, *@result
 * (and the value) is what the function above would have returned; both must live until then. If
 * they exceed the table or the ring, earlier ones are collected first.
 */
void xenstore_post_read(struct xenstore *store, uint32_t transaction, const char *directory,
                        const char *key, char *value, uint32_t size, int *result);
void xenstore_post_write(struct xenstore *store, uint32_t transaction, const char *directory,
                         const char *key, const char *value, int *result);
void xenstore_post_remove(struct xenstore *store, uint32_t transaction, const char *directory,
                          const char *key, int *result);

/** Post a read of a value of any length, of which only a digest is kept. *@result: the length of
 * the value, or an error; only with a length *@digest is valid. */
void xenstore_post_digest(struct xenstore *store, const char *directory, const char *key,
                          struct digest *digest, int *result);

/** Wait for the replies to all posted requests. Each reply has the limit of a single request. */
void xenstore_collect(struct xenstore *store);

/**
 * Wait at most @limit_ms milliseconds for xenstored to answer, and collect if it does.
 *
 * Return: true if no reply is due any more; false if xenstored is silent: the next call of this
 * function, or the next request, collects.
 */
bool xenstore_collect_within(struct xenstore *store, uint32_t limit_ms);

/** Recover after a caller was abandoned in xenstore_collect: receive the rest of an interrupted
 * message, discard the replies that are due, and abort an open transaction. */
void xenstore_forget(struct xenstore *store);

#endif
