/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * xenstored: the daemon at the other end of the xenstore page, and its tree.
 *
 * It does nothing unless it is notified, as the real one, and answers with some delay. A test can
 * make it cut its replies to pieces, change them, answer with errors, or stop.
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
    struct xsd_sockmsg header; /* header.len is what is announced... */
    uint32_t length;           /* ...and this is what is sent */
    char payload[2 * XENSTORE_PAYLOAD_MAX];
};

/** Called with each reply before it is sent; may change all of it. */
typedef void store_hook(void *context, const struct store_request *request,
                        struct store_reply *reply);

/** How xenstored behaves; store_reset makes it well-behaved. */
struct store_config {
    uint32_t latency_us;  /* from the notification to its first look */
    uint32_t chunk;       /* bytes that it moves at a time; 0: all */
    uint32_t chunk_us;    /* time between two chunks */
    unsigned silent_from; /* takes, but does not answer, this request and all after it */
    uint32_t stop_after;  /* sends so many bytes of replies, then no more; 0: no limit */
    unsigned refuse_from; /* this request and so many after it are not done... */
    unsigned refuse_times;
    const char *refuse_with; /* ...and get this error; NULL: all are done */
    unsigned commit_eagain;  /* so many commits fail with EAGAIN */
    unsigned quota_nodes;    /* of the guest */
    store_hook *hook;
    void *context;
};

extern struct store_config store_config;

void store_reset(void);

/** What a restore does: xenstored knows of nothing that was said before. */
void store_restore(void);

/** Take the other end of the guest's port, when the domain is introduced. */
void store_introduce(uint32_t port);

/** What xenstored does at this moment. */
void store_run(void);

/** Have a message sent as it is, before what is sent next. */
void store_send_raw(const void *message, uint32_t length);

/** Make a reply an error. */
void store_make_error(struct store_reply *reply, const char *name);

/** The page, for tests that damage it. */
struct xenstore_domain_interface *store_page(void);

/** Requests taken so far. */
unsigned store_requests(void);

/** Whether nothing is left half said in either direction. */
bool store_is_idle(void);

/** Whether the guest has an open transaction. */
bool store_has_transaction(void);

/** Whether the guest broke the protocol and is ignored for ever. */
bool store_ignores_guest(void);

/**** The tree, as dom0 sees it ****/

extern struct tree store_tree;

/** The value at a path. NULL: there is none. */
const char *store_read(const char *path);
void store_write(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** When a key was last written: a generation of the tree. 0: there is none. */
unsigned store_written(const char *directory, const char *key);

/** What the guest may do with a node, and with those that are made below it later. */
void store_allow(const char *path, enum tree_access access);

#endif
