/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Close one disk that a guest's firmware has open, in place of the firmware: play the frontend's
 * side of the xenbus handshake while the guest waits.
 *
 *   frontend 3 or 4 -> 5, backend follows to 5 or 6
 *   frontend 6, backend follows to 6
 *   keys and grants are removed, frontend 1, backend follows to 2
 *
 * A backend that does not follow may have missed an event of the frontend's state. Linux' blkback
 * that has requests in flight says Closed, but keeps the ring and the pages, and looks again only
 * at the next event. So while the daemon waits for a backend, it writes the state again.
 *
 * If the backend is the kernel of the daemon's own domain, drop that domain's page cache of the
 * block device too, during the last step.
 *
 * The guest's other processors run meanwhile. So each step is a transaction that checks that the
 * frontend's state is the one of the step before. If it is not, another driver has the disk, and
 * the daemon does not touch it any more. If xenstored fails, that is not known, and the step is
 * tried again.
 */
#ifndef HOOKD_DISK_CLOSE_H
#define HOOKD_DISK_CLOSE_H

#include "mark.h"
#include "page_cache.h"
#include "store.h"
#include "xen.h"

/** Time until what xenstored has failed to do or to tell is tried again. */
#define CLOSE_UNREAD_MS 100u

enum close_state {
    CLOSE_AWAIT_CLOSING, /* until the backend is in state 5 or 6 */
    CLOSE_AWAIT_CLOSED,  /* until the backend is in state 6 and has released the grants */
    CLOSE_AWAIT_REINIT,  /* until the backend is in state 2 */
    CLOSE_DONE,
};

enum close_reason {
    CLOSE_FOR_ACCESS, /* a processor waits: close each disk that bears a mark */
    CLOSE_TO_LEAVE,  /* the daemon stops: close each connected disk whose mark names the daemon. The
                        firmware may run: what it is connecting it will close itself */
    CLOSE_TO_RESUME, /* an earlier daemon has left the claim: begin no close */
};

struct disk_close {
    uint32_t domid, number;
    enum close_state state;
    uint64_t wake_ms; /* when to take another step, if no event comes before */
    uint64_t told_ms; /* when the awaited state was written last */
    int used;         /* grants that the backend uses although it says Closed */
    bool released;    /* the grants are ended, and the drop is started */
    bool unwatched;   /* no event of the states comes: poll them */
    bool closed;      /* done, and the disk is as the toolstack made it */
    struct mark mark; /* count is 0 if only the drop is repeated */
    uint32_t backend_domid;
    char frontend[STORE_PATH_BYTES], backend[STORE_PATH_BYTES];
    dev_t device;       /* of a kernel backend in this domain; 0: none */
    bool device_unread; /* xenstored has failed to tell it */
    struct page_cache_drop drop;
};

/** Return: whether a disk is open with a mark of mode hook, so that the ports have to be claimed.
 * *@magic is that of the mark then. */
bool disk_wants_hook(const struct xen *xen, uint32_t domid, uint32_t number, uint32_t *magic);

/**
 * Begin to close a disk that bears a mark.
 *
 * @resume: also continue a close that an earlier daemon has begun, and repeat the drop for a disk
 * that it has closed. Return: false with errno, and *@disk is not used; ENOENT if there is nothing
 * to close for this @reason.
 */
bool disk_close_begin(struct disk_close *disk, const struct xen *xen, uint32_t domid,
                      uint32_t number, enum close_reason reason, bool resume);

/** Take the steps that the backend allows now, and set wake_ms. Return: whether the close and the
 * drop are done. */
bool disk_close_step(struct disk_close *disk, const struct xen *xen);

/** Return: whether the next close of the domain is to go on with this one, because it, or its drop,
 * is not done. If not, abandon it: another driver may have opened the disk since. */
bool disk_close_goes_on(const struct disk_close *disk, const struct xen *xen);

/** Release what a close uses: its domain is gone, or another close begins. */
void disk_close_abandon(struct disk_close *disk, const struct xen *xen);

/**
 * End a close, done or not, and log what is not.
 *
 * @waiting: a processor waits in its access, so the operating system owns the disk from now on, and
 * its mark is removed in any case; so are all keys if the backend says Closed and still uses
 * grants. If not, the firmware may have opened the disk again meanwhile, or may go on with this
 * close.
 */
void disk_close_end(struct disk_close *disk, const struct xen *xen, bool waiting);

#endif
