/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A virtual block device (VBD): the frontend of one disk.
 *
 * vbd_find.h finds the disks, vbd.c initialises one, vbd_connection.h connects and closes it,
 * vbd_run.h does so for several side by side, and vbd_transfer.h moves data. Below those:
 * vbd_share.h shares pages and keys with the backend, vbd_probe.h and vbd_kind.h determine the kind
 * of the backend, vbd_properties.h reads the disk's properties from it, vbd_owner.h tells whether
 * the connection is still ours, and vbd_io.h keeps requests in flight.
 */
#ifndef XEN_VBD_H
#define XEN_VBD_H

#include "blkif_ring.h"
#include "vbd_fault.h"
#include "vbd_find.h"
#include "vbd_probe.h"
#include "vdev.h"
#include "xen/base/log.h"
#include "xen/hv/instant.h"
#include "xen/hv/wait.h"
#include "xen/store/core.h"
#include "xen/store/xenbus.h"

/** Maximum number of bounce pages of a disk, and so of pages moved at once. */
#define VBD_POOL_PAGES_MAX 128u

/** Size of the longest value of the backend's key "mode", with the terminating zero. */
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
    VBD_AWAIT_INIT,      /* wait until the backend is ready for a frontend */
    VBD_AWAIT_CONNECTED, /* wait until the backend has connected */
    VBD_CONNECTED,       /* usable, unless it is broken */
    VBD_FLUSHING,        /* wait for all responses before a close, and for that to a flush */
    VBD_AWAIT_CLOSING,   /* wait until the backend has seen that we are closing */
    VBD_AWAIT_CLOSED,    /* wait until the backend has released all that is shared */
    VBD_AWAIT_REINIT,    /* wait until the backend is ready for the next frontend */
    VBD_LOST,            /* the backend keeps granted pages: unusable until it releases them */
};

/* The image that a connection leads to: see vbd_properties.c. */
struct vbd_image {
    uint32_t name;        /* a digest of "params"; 0: there is no such key */
    uint32_t incarnation; /* of the guest: see vbd_check_image */
    uint64_t sectors;
};

/* One poll of the backend. What it says of the disk is only valid once it is connected. */
struct vbd_poll {
    struct xenbus_number state, sectors, sector_bytes, info, flush;
    char mode[VBD_MODE_BYTES];
    int mode_length;
    struct digest params;
    int params_length;
    struct vbd_image image; /* once the keys are parsed */
    bool details;           /* whether more than the state was read */
};

/* The state of requests in flight. */
struct vbd_io {
    struct wait wait;
    uint32_t poll_ms; /* time into the wait of the next poll of the backend's state */
    uint32_t pages;   /* that the requests put last name: the first ones of the pool */
    int result;       /* 0, or the first error */
};

struct vbd {
    struct core *core;
    struct vdev vdev;
    enum vbd_state state;             /* only vbd_connection.c assigns it */
    char frontend[XENBUS_PATH_BYTES]; /* the frontend's directory */
    char backend[XENBUS_PATH_BYTES];  /* the backend's directory */
    uint16_t backend_id;
    struct vbd_probe probe;        /* of that backend, probed once */
    uint32_t incarnation;          /* of the guest, before the backend was probed: see
                                      vbd_forget_backend */
    bool removable;                /* its medium changes, so it may be connected to any image */
    bool keeps_size;               /* only to be connected to the image and the size of the first
                                      connection, also after a restore */
    struct wait wait;              /* of the current step */
    struct vbd_poll poll;          /* the last one; kept here because the stack is small */
    struct instant told_again;     /* when the backend of a lost disk was last told to close */
    uint32_t rewritten_s;          /* second of that wait in which our state was last rewritten, or
                                      the backend's path read */
    unsigned connects;             /* connections so far */
    unsigned connects_since_fault; /* since the start or the last fault: see vbd_log_level */
    unsigned failures;             /* failed connections since the last good one */
    bool closes_renewed;           /* the close is of a new backend, or is finished late, and a
                                      connection follows */
    bool untold;                   /* xenstored refused to tell the backend of the last close,
                                      so the close did not wait for it */
    struct vbd_fault fault;        /* of the last of them; nothing after a good one */

    /* Valid while connected. All counts of sectors are in units of 512 bytes. */
    uint64_t sectors;
    uint32_t block_sectors; /* block size: addresses and lengths of requests are multiples of it */
    bool read_only;
    bool shared_writable; /* others may write to the disk: mode w!, or an unreadable mode */
    bool can_flush;
    bool broken; /* responses cannot be trusted or cannot come: close it */

    /* Kept across connections. */
    uint32_t learned_sectors; /* block_sectors as learned from a read; 0: unknown */
    uint32_t trying;          /* the size that is being tried to learn it; 0: none */
    struct vbd_image image;   /* of the last connection */
    bool refused;             /* another image was refused */
    uint32_t refused_name;    /* the name of the last one that was */
    bool resized;             /* the last connection found another size than the one before */
    bool replaced;            /* it did, and the guest was not restored in between */
    bool unflushed;           /* there were writes since the last flush */
    bool writing;    /* a part of the last write is with the backend, and its outcome unknown */
    int flush_error; /* of the flush that began the last close: 0 or an error */

    /* Allocated once, shared with the backend while a connection is open. */
    void *ring_page;
    uint8_t *pool; /* pool_pages pages */
    uint32_t pool_pages;
    uint32_t ring_ref;
    uint32_t pool_refs[VBD_POOL_PAGES_MAX];
    uint32_t port;
    uint32_t closed_port; /* number of the last one that was closed */
    struct blkif_ring ring;
    struct vbd_io io;
};

/** Initialise a disk from its device. Return: 0 or an error of xenstore. */
int vbd_init(struct vbd *vbd, struct core *core, const struct vbd_device *device);

/**
 * Allocate the ring and @pages bounce pages, or fewer if memory is short. To be called once, before
 * the disk is connected. Return: 0 or -XEN_ENOMEM.
 */
int vbd_alloc(struct vbd *vbd, uint32_t pages);

/** The same with memory that the caller has allocated: a page for the ring, and @pages after it. */
void vbd_use_memory(struct vbd *vbd, void *memory, uint32_t pages);

/** Check whether the backend's keys say that the image is raw: QEMU's emulated copy of the disk
 * then shows the same bytes. Takes one round trip to xenstored. */
bool vbd_is_raw(struct vbd *vbd);

/**
 * Read the path and the domain of the backend; a migration changes them.
 *
 * Return: 0, or an error with the disk unchanged.
 */
int vbd_read_backend(struct vbd *vbd);

/** Forget what is known of the backend: its kind, and the size of its blocks. It holds for the
 * backend at this path, in this incarnation of the guest: after a restore another one may be at the
 * same path. */
void vbd_forget_backend(struct vbd *vbd);

/** No longer accept the image under another name, as after a restore: the toolstack has detached
 * the disk since, or attached another image. */
void vbd_end_renaming(struct vbd *vbd);

/** Return the log level for connecting and closing: INFO the first time, and again after a fault;
 * DEBUG otherwise, because each character of a line costs an exit to Xen, and while the disk fails
 * again and again. */
static inline enum log_level vbd_log_level(const struct vbd *vbd)
{
    return vbd->connects_since_fault > 1 || vbd->failures > 1 ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
}

/** Return the log level for failures to connect: ERROR for the first one in a row; DEBUG for later
 * ones, because such a disk is retried with each call. */
static inline enum log_level vbd_failure_level(const struct vbd *vbd)
{
    return vbd->failures > 1 ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR;
}

/** Check whether the disk is at rest (connected, closed or lost): vbd_step has nothing to do. */
bool vbd_is_at_rest(const struct vbd *vbd);

/** Check whether the last transfer has broken the connection: all that is left is to close it. */
bool vbd_is_broken(const struct vbd *vbd);

#endif
