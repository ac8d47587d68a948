/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * xenstored: the daemon at the other end of the xenstore page, and its tree.
 *
 * Like the real one it does nothing unless it is notified, and answers with some delay. A test can
 * make it cut its replies into pieces, change them, answer with errors, or stop.
 */
#ifndef MODEL_STORE_H
#define MODEL_STORE_H

#include "model/tree.h"
#include "xen/base/public.h"

#include <stdbool.h>
#include <stdint.h>

struct store_request {
    unsigned number; /* 0 for the first request since store_reset */
    struct xsd_sockmsg header;
    char payload[XENSTORE_PAYLOAD_MAX + 1]; /* terminated */
};

struct store_reply {
    struct xsd_sockmsg header; /* header.len is the length that it announces... */
    uint32_t length;           /* ...and this is the length that is sent */
    char payload[2 * XENSTORE_PAYLOAD_MAX];
};

/** Called with each reply before it is sent; may change it. */
typedef void store_hook(void *context, const struct store_request *request,
                        struct store_reply *reply);

/** How xenstored behaves; store_reset makes it well-behaved. */
struct store_config {
    uint32_t latency_us;  /* from the notification to its first read */
    uint32_t chunk;       /* bytes that it moves at a time; 0: all */
    uint32_t chunk_us;    /* time between two chunks */
    unsigned silent_from; /* takes but does not answer this request and all later ones */
    uint32_t stop_after;  /* bytes of replies after which it sends no more; 0: no limit */
    unsigned refuse_from; /* this request and refuse_times - 1 more are not done... */
    unsigned refuse_times;
    const char *refuse_with; /* ...and get this error; NULL: none is refused */
    unsigned refuse_writes;  /* number of further writes of values that get this error, too */
    unsigned commit_eagain;  /* number of commits that fail with EAGAIN */
    unsigned quota_nodes;    /* of the guest */
    store_hook *hook;
    void *context;
};

extern struct store_config store_config;

void store_reset(void);

/** A restore: xenstored has forgotten every message and transaction of the guest. */
void store_restore(void);

/** Bind the other end of the guest's port, as when the domain is introduced. */
void store_introduce(uint32_t port);

/** Do what is due now. */
void store_run(void);

/** Send a message unchanged, before the next reply. */
void store_send_raw(const void *message, uint32_t length);

/** Turn a reply into an error. */
void store_make_error(struct store_reply *reply, const char *name);

/** A store_hook: xenstored fails to read any key "params". */
void store_fail_params(void *context, const struct store_request *request,
                       struct store_reply *reply);

/** The page, for tests that damage it. */
struct xenstore_domain_interface *store_page(void);

/** Number of requests received so far. */
unsigned store_requests(void);

/** Whether no message is incomplete in either direction. */
bool store_is_idle(void);

/** Whether the guest has an open transaction. */
bool store_has_transaction(void);

/** Whether the guest has broken the protocol and is ignored from then on. */
bool store_ignores_guest(void);

/**** The tree, as dom0 sees it ****/

extern struct tree store_tree;

/** The value at a path; NULL if there is none. */
const char *store_read(const char *path);
void store_write(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** The generation of the tree in which a key was last written; 0 if there is no such key. */
unsigned store_written(const char *directory, const char *key);

/** Set what the guest may do with a node, and with nodes that are made below it later. */
void store_allow(const char *path, enum tree_access access);

#endif
