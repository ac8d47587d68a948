/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A virtual block device: the frontend's end of one disk.
 *
 * vbd_find.h finds the disks, vbd.c makes one, vbd_connection.h connects and closes it, vbd_run.h
 * several side by side, and vbd_transfer.h moves data. Below those: vbd_share.h shares pages and
 * keys with the backend, vbd_probe.h and vbd_kind.h tell what kind of backend it is,
 * vbd_properties.h reads what it says of the disk, vbd_owner.h tells whether the connection is
 * still ours, and vbd_io.h keeps requests in flight.
 */
#ifndef XEN_VBD_H
#define XEN_VBD_H

#include "blkif_ring.h"
#include "vbd_find.h"
#include "vbd_probe.h"
#include "vdev.h"
#include "xen/base/log.h"
#include "xen/hv/wait.h"
#include "xen/store/core.h"
#include "xen/store/xenbus.h"

/** Bounce pages that a disk can have: what is moved at once. */
#define VBD_POOL_PAGES_MAX 128u

/** Longest value of the backend's key "mode", with the terminating zero. */
#define VBD_MODE_BYTES 8

/*
 *                connect_begin
 *     CLOSED ------------------> AWAIT_INIT --> AWAIT_CONNECTED --> CONNECTED
 *        ^                                             |                |  close_begin
 *        |                                      failed |                v
 *  AWAIT_REINIT <-- AWAIT_CLOSED <-- AWAIT_CLOSING <---+----------- FLUSHING
 *        ^                 |                           ^                |
 *        |                 v the backend keeps pages   +----------------+
 *        +-------------- LOST
 */
enum vbd_state {
    VBD_CLOSED,          /* nothing is shared with the backend */
    VBD_AWAIT_INIT,      /* for the backend to be ready for us */
    VBD_AWAIT_CONNECTED, /* for the backend to have connected */
    VBD_CONNECTED,       /* usable, unless it is broken */
    VBD_FLUSHING,        /* for the response to the flush with which closing begins */
    VBD_AWAIT_CLOSING,   /* for the backend to see that we want to close */
    VBD_AWAIT_CLOSED,    /* for the backend to have released all that is shared */
    VBD_AWAIT_REINIT,    /* for the backend to be ready for the next frontend */
    VBD_LOST,            /* the backend keeps what was granted: not usable until it releases it */
};

/* One look at the backend; what it says of the disk is only valid once it is connected. */
struct vbd_poll {
    struct xenbus_number state, sectors, sector_bytes, info, flush;
    char mode[VBD_MODE_BYTES];
    int mode_length;
    bool details; /* whether more than the state was read */
};

/* Requests in flight. */
struct vbd_io {
    struct wait wait;
    uint32_t poll_ms; /* when, into the wait, the backend's state is looked at next */
    int result;       /* 0, or the first error */
};

struct vbd {
    struct core *core;
    struct vdev vdev;
    enum vbd_state state;             /* assigned in vbd_connection.c alone */
    char frontend[XENBUS_PATH_BYTES]; /* our directory */
    char backend[XENBUS_PATH_BYTES];  /* the backend's */
    uint16_t backend_id;
    struct vbd_probe probe; /* of that backend, asked once */
    struct wait wait;       /* of the step that is waited for */
    struct vbd_poll poll;   /* the last one; here because the stack is small */
    uint32_t rewritten_s;   /* seconds into that wait after which our state was written again */
    unsigned connects;      /* connections so far */
    unsigned
        connects_since_fault; /* connections since the start or the last fault: see vbd_log_level */
    unsigned failures;        /* connections that failed since the last good one */

    /* Valid while connected. All counts of sectors are of 512 bytes. */
    uint64_t sectors;
    uint32_t block_sectors; /* what the backend wants addresses and lengths to be multiples of */
    bool read_only;
    bool shared_writable; /* others may write to it: mode w!, or one that could not be read */
    bool can_flush;
    bool broken; /* no response can be believed any more, or none can come: to be closed */

    /* Of the disk, whichever connection is open. */
    uint32_t learned_sectors; /* block_sectors as a read has shown it; 0: none has */
    uint32_t trying;          /* what is being read to learn it; 0: nothing */
    bool unflushed;           /* something was written since the last flush */
    bool writing;             /* of the last write a part was shown to the backend and not ended */
    int flush_error;          /* of the flush with which the last close began: 0 or an error */

    /* Allocated once, shared with the backend while a connection is open. */
    void *ring_page;
    uint8_t *pool; /* pool_pages pages */
    uint32_t pool_pages;
    uint32_t ring_ref;
    uint32_t pool_refs[VBD_POOL_PAGES_MAX];
    uint32_t port;
    struct blkif_ring ring;
    struct vbd_io io;
};

/** Make a disk from its device. Return: 0 or an error of xenstore. */
int vbd_init(struct vbd *vbd, struct core *core, const struct vbd_device *device);

/**
 * Allocate its ring and @pages bounce pages, or fewer if there are not so many; once, before it is
 * connected. Return: 0 or -XEN_ENOMEM.
 */
int vbd_alloc(struct vbd *vbd, uint32_t pages);

/** Whether the backend's keys say that the image is raw: QEMU's emulated copy of the disk shows the
 *  same bytes then. One round trip to xenstored. */
bool vbd_is_raw(struct vbd *vbd);

/**
 * Read which backend is ours: another one after a migration.
 *
 * Return: 0, or an error with the disk as it was.
 */
int vbd_read_backend(struct vbd *vbd);

/** Level of the lines that say that a disk is connected or closed: all but the first time, and the
 *  first one after a fault, nobody wants to know, and each letter of a line costs an exit to Xen.
 */
static inline enum log_level vbd_log_level(const struct vbd *vbd)
{
    return vbd->connects_since_fault > 1 ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
}

/** Level of the lines that say why a disk is not connected: the first time, and not each time of a
 *  disk that is tried again and again. */
static inline enum log_level vbd_failure_level(const struct vbd *vbd)
{
    return vbd->failures > 1 ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR;
}

/** Whether nothing is begun that vbd_step would go on with: connected, closed or lost. */
bool vbd_is_at_rest(const struct vbd *vbd);

/** Whether the last transfer has broken the connection: it is good for nothing but closing. */
bool vbd_is_broken(const struct vbd *vbd);

#endif
