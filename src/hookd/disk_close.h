/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Closing one disk that a guest's firmware has open, in the place of the firmware: the frontend's
 * side of the xenbus handshake, played from outside while the guest waits.
 *
 *   frontend 3 or 4 -> 5, backend follows to 5 or 6; frontend 6, backend follows to 6; the keys and
 *   the grants go; frontend 1, backend follows to 2
 *
 * Once a kernel backend of this very domain has let go, what the domain's page cache holds of the
 * device behind it is dropped as well, beside the last step.
 *
 * The guest's other processors run meanwhile. Each step is a transaction that finds the state as
 * the step before left it, or the disk is someone else's by now, and not touched any more.
 */
#ifndef HOOKD_DISK_CLOSE_H
#define HOOKD_DISK_CLOSE_H

#include "mark.h"
#include "page_cache.h"
#include "store.h"
#include "xen.h"

enum close_state {
    CLOSE_AWAIT_CLOSING, /* the backend: state 5 or 6 */
    CLOSE_AWAIT_CLOSED,  /* the backend: state 6 */
    CLOSE_AWAIT_REINIT,  /* the backend: state 2 */
    CLOSE_DONE,
};

struct disk_close {
    uint32_t domid, number;
    enum close_state state;
    bool closed; /* done, and as the toolstack made it */
    struct mark mark;
    uint32_t backend_domid;
    char frontend[STORE_PATH_BYTES], backend[STORE_PATH_BYTES];
    dev_t device; /* behind a kernel backend of this domain; 0: none */
    struct page_cache_drop drop;
};

/** Whether a disk is as the firmware leaves one that the hook shall close. */
bool disk_wants_hook(const struct xen *xen, uint32_t domid, uint32_t number);

/**
 * Begin to close a disk that bears a mark. With `resume` one is taken up as well that was left
 * half closed by a hook before.
 * False: there is nothing to close, and *disk is not used.
 */
bool disk_close_begin(struct disk_close *disk, const struct xen *xen, uint32_t domid,
                      uint32_t number, bool resume);

/** Go on as far as the backend has followed. True once the disk is done, and so is the drop of what
 *  is cached of it. */
bool disk_close_step(struct disk_close *disk, const struct xen *xen);

/** The domain is gone: its events are of no interest any more. */
void disk_close_abandon(struct disk_close *disk, const struct xen *xen);

/** No more time, or none needed: say what stays, and take the mark away in any case, because from
 *  now on the disk is the operating system's. */
void disk_close_end(struct disk_close *disk, const struct xen *xen);

#endif
