/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A client of xenstore: the shared tree of configuration in which frontends and backends find
 * each other. One request at a time; no watches, so that nothing arrives unasked for.
 *
 * A path is given as a directory and a key ("device/vbd/51712", "state"), which are sent with a
 * slash between them; the key may be NULL. Relative paths are below the guest's own directory.
 * Source: xen/io/xs_wire.h and the xenstore protocol it belongs to.
 */
#ifndef XEN_XENSTORE_H
#define XEN_XENSTORE_H

#include "xenstore_ring.h"

/** No transaction: the request stands by itself. */
#define XENSTORE_NO_TRANSACTION 0u

struct xenstore {
    struct xenstore_ring ring;
    uint32_t request;     /* number of the last request, to know its reply */
    uint32_t round_trips; /* requests made so far */
};

/**
 * Find the page and the port of xenstore that the toolstack made.
 *
 * @limit_ms: how long to wait for a reply. Return: 0 or the error.
 */
int xenstore_init(struct xenstore *store, uint32_t limit_ms);

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

#endif
