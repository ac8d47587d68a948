/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The backend of one disk: Linux' blkback, or another kind.
 *
 * backend.c follows the states in xenstore, backend_kinds.c has what differs between kinds, and
 * backend_io.c does the requests on the ring. A backend reaches the guest's memory only through
 * grants. A request that a real backend would reject fails the test: the firmware must not make
 * one.
 */
#ifndef MODEL_BACKEND_H
#define MODEL_BACKEND_H

#include "model/backend_kinds.h"
#include "xen/base/public.h"

#include <stdbool.h>
#include <stdint.h>

#define BACKEND_SLOTS      32u
#define BACKEND_PATH_BYTES 96
#define BACKEND_HELD_MAX   64u

struct backend;

/** A request that was read from the ring, independent of the ring's layout. */
struct backend_request {
    uint64_t id;
    uint64_t sector;
    uint8_t operation;
    uint8_t segments;
    struct backend_segment {
        uint32_t reference;
        uint8_t first, last;
    } segment[BLKIF_MAX_SEGMENTS_PER_REQUEST];
};

/** Called with each request before it is done. Return: whether the hook has handled it. */
typedef bool backend_hook(void *context, struct backend *backend,
                          const struct backend_request *request);

/** How the backend behaves. world_add_disk makes it well-behaved. */
struct backend_config {
    enum backend_kind kind;
    bool qdisk;          /* copies by grant instead of mapping pages */
    bool persistent;     /* keeps pages mapped until it disconnects */
    bool keeps_pages;    /* never unmaps anything */
    bool stays_busy;     /* as blkback: a close with requests in flight releases nothing until the
                          * frontend writes its state again */
    bool silent;         /* takes requests and does not respond */
    bool deaf;           /* does not even take requests */
    unsigned ignores;    /* frontend states that it does not react to: 1 << XenbusState* */
    unsigned misses;     /* the same, but only until that state is written again */
    uint16_t domid;      /* where it runs */
    uint32_t latency_us; /* from the frontend's change of state to its own */
    uint32_t io_latency_us;
    bool newest_first;     /* responds in this order to requests that it finds together */
    uint64_t disk_sectors; /* beyond these no request may reach */
    uint64_t first_sector; /* the sector of the model's disk at which this one begins */
    uint32_t align;        /* bytes; requests that are not multiples of it fail the test */
    uint32_t
        only_blocks_of; /* bytes; requests that are not multiples of it fail; 0: any size works */
    /* The keys of the disk, which most kinds write just before Connected; NULL: not written. */
    const char *sectors, *sector_size, *info, *flush, *mode;
    backend_hook *hook;
    void *context;
};

struct backend {
    struct backend_config config;
    char frontend[BACKEND_PATH_BYTES];
    char path[BACKEND_PATH_BYTES];
    bool gone;
    unsigned polled;   /* generation of the tree at the last poll */
    unsigned missed;   /* generation of the state that it missed; 0: none */
    unsigned busy;     /* generation of the state Closed at which it was busy; 0: none */
    int seen;          /* the frontend's state that it has reacted to */
    int next;          /* the state that it will react to... */
    uint64_t react_us; /* ...at this time */

    /* The connection; ring is NULL when there is none. */
    uint8_t *ring;
    uint32_t ring_reference;
    uint32_t port;
    bool x86_32;
    bool notified;
    uint32_t consumed;
    uint32_t produced;
    struct {
        bool in_use;
        uint64_t due_us;
        struct backend_request request;
        void *page[BLKIF_MAX_SEGMENTS_PER_REQUEST];
    } pending[BACKEND_SLOTS];
    struct {
        uint32_t reference;
        void *page;
    } held[BACKEND_HELD_MAX];
    unsigned held_count;

    /* Counted since it was made. */
    unsigned requests;
    unsigned flushes;
    unsigned connects;
};

/** Do what is due now. */
void backend_run(struct backend *backend);

/** Release the ring. Return: false while requests are in flight, as blkback's -EBUSY. */
bool backend_disconnect(struct backend *backend);

/** The guest is gone: nothing is mapped any more, and requests in flight are lost. */
void backend_forget(struct backend *backend);

/** The device is removed: the backend releases everything, and its directory is removed. */
void backend_vanish(struct backend *backend);

/** Write a key of its directory; NULL: write nothing. */
void backend_write_key(const struct backend *backend, const char *key, const char *value);

/** Its state in xenstore: read it, change it. */
int backend_state(const struct backend *backend);
void backend_set_state(struct backend *backend, int state);

/**** backend_io.c ****/

/** Do the requests that have arrived. */
void backend_io_run(struct backend *backend);

bool backend_io_in_flight(const struct backend *backend);

/** Unmap the guest's pages that are still mapped. */
void backend_io_release(struct backend *backend);

/** Move the data of a request. Return: its status. */
int16_t backend_perform(struct backend *backend, const struct backend_request *request);

/** Hooks: each write or each flush fails. */
bool backend_fail_writes(void *context, struct backend *backend,
                         const struct backend_request *request);
bool backend_fail_flushes(void *context, struct backend *backend,
                          const struct backend_request *request);

/** Put a response on the ring and publish it. */
void backend_respond(struct backend *backend, uint64_t id, uint8_t operation, int16_t status);

/** Put a response on the ring without publishing it. */
void backend_put_response(struct backend *backend, uint64_t id, uint8_t operation, int16_t status);

/** Publish responses up to @produced. */
void backend_show_responses(struct backend *backend, uint32_t produced);

#endif
