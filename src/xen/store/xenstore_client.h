/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A client of xenstore: the shared tree of configuration in which frontends and backends find
 * each other. No watches, so that nothing arrives unasked for.
 *
 * Requests that do not depend on each other's replies can be posted together and their replies
 * collected with one wait, because a wait costs some times what xenstored does for a request.
 *
 * A path is given as a directory and a key ("device/vbd/51712", "state"), which are sent with a
 * slash between them; the key may be NULL. Relative paths are below the guest's own directory.
 * Source: xen/io/xs_wire.h and the xenstore protocol it belongs to.
 */
#ifndef XEN_XENSTORE_CLIENT_H
#define XEN_XENSTORE_CLIENT_H

#include "xen/base/public.h"
#include "xenstore_ring.h"

/** No transaction: the request stands by itself. */
#define XENSTORE_NO_TRANSACTION 0u

/** Requests that are under way together at most. Xenstored has a quota of 20. */
#define XENSTORE_POSTED_MAX 8u

/* A request that was sent and whose reply has not been collected. */
struct xenstore_posted {
    bool pending;
    uint32_t type;    /* XS_*, of the request and so of its reply */
    uint32_t request; /* its number */
    char *reply;      /* where the payload of its reply goes; NULL: nobody wants it */
    uint32_t size;
    int *result;
};

struct xenstore {
    struct xenstore_ring ring;
    uint32_t request; /* number of the last request, to know its reply */
    struct xenstore_posted posted[XENSTORE_POSTED_MAX];
    uint32_t posted_count;
    uint32_t posted_bytes; /* of the ring that they take at most */
    /* The message that is received, and the ring's count where it began; here and not on the stack,
     * for xenstore_forget. */
    struct xsd_sockmsg header;
    uint32_t message_at;
    uint32_t transaction; /* the one that is open; XENSTORE_NO_TRANSACTION: none is */
    uint32_t requests;    /* made so far */
    uint32_t round_trips; /* waits for replies so far, of one request or several */
};

/**
 * Find the page and the port of xenstore that the toolstack made.
 *
 * @limit_ms: how long to wait for a reply. Return: 0 or the error.
 */
int xenstore_init(struct xenstore *store, uint32_t limit_ms);

/** Whether the client is closed for good: every call refuses at once. */
bool xenstore_is_closed(const struct xenstore *store);

/**
 * Find them again. If one of them is new, which a restore or a migration makes it, a closed client
 * is open again; one that xenstored has broken the protocol with stays closed.
 *
 * Return: 0, whether closed or open; or the error, with the client as it was.
 */
int xenstore_find(struct xenstore *store);

/*
 * All requests return 0 (or a length) on success. Errors: what xenstored sent, for instance
 * -XEN_ENOENT; -XEN_EIO, -XEN_ETIMEDOUT, -XEN_ENOTCONN or an error of the event channel when the
 * client is closed for good (-XEN_EIO alone does not say so: it also stands for an error of an
 * unknown name and for a reply of the wrong type); -XEN_E2BIG when a value does not fit.
 */

/**
 * Read a value.
 *
 * @value: @size bytes; gets a terminated string, and zero bytes in the value are refused with
 * -XEN_EINVAL. Return: its length.
 */
int xenstore_read(struct xenstore *store, uint32_t transaction, const char *directory,
                  const char *key, char *value, uint32_t size);

/** Write a value, a string. */
int xenstore_write(struct xenstore *store, uint32_t transaction, const char *directory,
                   const char *key, const char *value);

/** Remove a node and all below it. That there is none is success. */
int xenstore_remove(struct xenstore *store, uint32_t transaction, const char *directory,
                    const char *key);

/**
 * List the names of the nodes in a directory.
 *
 * @names: @size bytes; gets terminated strings one after the other. Return: bytes used, or
 * -XEN_E2BIG.
 */
int xenstore_directory(struct xenstore *store, const char *directory, char *names, uint32_t size);

/** Begin a transaction: what is done in it is seen by others all at once or not at all. */
int xenstore_transaction_start(struct xenstore *store, uint32_t *transaction);

/** End it and keep what was done. -XEN_EAGAIN: others came between; do all of it again. */
int xenstore_transaction_commit(struct xenstore *store, uint32_t transaction);

/** End it and forget what was done. */
int xenstore_transaction_abort(struct xenstore *store, uint32_t transaction);

/*
 * The same requests, posted: xenstored does them in this order. *@result (and the value) is what
 * the function above would have returned, and is only valid after xenstore_collect; the two must
 * live as long. More than fit the table or the ring are collected on the way.
 */
void xenstore_post_read(struct xenstore *store, uint32_t transaction, const char *directory,
                        const char *key, char *value, uint32_t size, int *result);
void xenstore_post_write(struct xenstore *store, uint32_t transaction, const char *directory,
                         const char *key, const char *value, int *result);
void xenstore_post_remove(struct xenstore *store, uint32_t transaction, const char *directory,
                          const char *key, int *result);

/** Wait for the replies to all that was posted. Each has the limit of a single one. */
void xenstore_collect(struct xenstore *store);

/** The same where nobody wants the results any more, because the caller of xenstore_collect has
 * been left. If that was in the middle of a message, the client closes as out of step. */
void xenstore_forget(struct xenstore *store);

#endif
