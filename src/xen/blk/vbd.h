/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A virtual block device: the frontend's end of one disk.
 *
 * vbd_find.c finds the disks and vbd_init.c makes one; vbd.c is the state machine of its
 * connection; vbd_share.c shares pages and keys with the backend; vbd_probe.c and vbd_kind.c tell
 * what kind of backend it is, and vbd_properties.c what it says of the disk; vbd_owner.c tells
 * whether the connection is still ours; vbd_io.c keeps requests in flight, and vbd_transfer.c makes
 * them of reads and writes.
 *
 * None of them closes a connection or connects again by itself: a transfer that breaks the
 * connection says so (see vbd_is_broken), and the owner of the disk decides (disk_io.h).
 */
#ifndef XEN_VBD_H
#define XEN_VBD_H

#include "blkif_ring.h"
#include "vbd_probe.h"
#include "vdev.h"
#include "xen/hv/wait.h"
#include "xen/store/core.h"
#include "xen/store/xenbus.h"

/** Bounce pages that a disk can have: what is moved at once. */
#define VBD_POOL_PAGES_MOST 128u

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
struct vbd_look {
    struct xenbus_number state, sectors, sector_bytes, info, flush;
    char mode[VBD_MODE_BYTES];
    int mode_length;
    bool more; /* whether more than the state was read */
};

/* Requests in flight. */
struct vbd_io {
    struct wait wait;
    uint32_t look_ms; /* when, into the wait, the backend's state is looked at next */
    int result;       /* 0, or the first error */
};

struct vbd {
    struct core *core;
    struct vdev vdev;
    enum vbd_state state;             /* assigned in vbd.c alone */
    char frontend[XENBUS_PATH_BYTES]; /* our directory */
    char backend[XENBUS_PATH_BYTES];  /* the backend's */
    uint16_t backend_id;
    struct vbd_probe probe; /* of that backend, asked once */
    struct wait wait;       /* of the step that is waited for */
    struct vbd_look look;   /* the last one; here because the stack is small */
    uint32_t told_again;    /* seconds into that wait after which our state was written again */
    unsigned connects;      /* connections so far */
    unsigned routine;       /* connections since the start or the last fault: see vbd_log_level */
    unsigned failures;      /* connections that failed since the last good one */

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
    uint32_t pool_refs[VBD_POOL_PAGES_MOST];
    uint32_t port;
    struct blkif_ring ring;
    struct vbd_io io;
};

/** Called by vbd_find for a disk. @context: the caller's. Return: whether to look for more. */
typedef bool vbd_found(void *context, const struct vdev *vdev, const char *frontend);

/**
 * List the disks of this guest that have a backend, in the order of their names.
 *
 * Each that cannot be used, a CD-ROM for instance, is named in the log with the reason. No disk is
 * looked at any more once that has taken as long as a connection may.
 * @names: scratch memory of XENSTORE_PAYLOAD_MAX bytes. Return: 0 or an error.
 */
int vbd_find(struct core *core, char *names, vbd_found *found, void *context);

/** Make a disk from its directory. Return: 0 or an error of xenstore. */
int vbd_init(struct vbd *vbd, struct core *core, const struct vdev *vdev, const char *frontend);

/**
 * Allocate its ring and @pages bounce pages, or fewer if there are not so many; once, before it is
 * connected. Return: 0 or -XEN_ENOMEM.
 */
int vbd_alloc(struct vbd *vbd, uint32_t pages);

/** Whether the backend's keys say that the image is raw: QEMU's emulated copy of the disk shows the
 *  same bytes then. One round trip to xenstored. */
bool vbd_is_raw(struct vbd *vbd);

/**** The connection: vbd.c ****/

/**
 * Begin to connect a closed disk, or a lost one whose backend has released its pages since. When
 * not even that can be done it stays closed, and the log says why.
 *
 * @limit_ms: for all steps of the backend.
 */
void vbd_connect_begin(struct vbd *vbd, uint32_t limit_ms);

/**
 * Begin to close: flush what was written, then end the connection. Of a disk that is closed already
 * nothing is to be done. For one that is lost this checks whether the backend has released its
 * pages since.
 */
void vbd_close_begin(struct vbd *vbd);

/**
 * Go one step towards what was begun if the backend allows it; never waits for the backend. A
 * connection that fails goes over into closing.
 *
 * Return: whether there is more to do. When there is not, the disk is connected, closed or lost,
 * and the log says why.
 */
bool vbd_step(struct vbd *vbd);

/** Whether nothing is begun that vbd_step would go on with: connected, closed or lost. */
bool vbd_is_at_rest(const struct vbd *vbd);

/** Go on with several disks, side by side, until all are at rest. xenstored is asked at the pace of
 *  wait.h. */
void vbd_run(struct vbd *const vbds[], unsigned count);

/**
 * Forget a connection that is not ours any more, and touch nothing that may be another one's: it is
 * closed without a word to the backend.
 */
void vbd_forget(struct vbd *vbd);

/**
 * Whether a connection is still the one that this side made: an operating system may have taken the
 * disk over, or the hook may have closed it. True also when xenstore cannot tell.
 */
bool vbd_is_ours(struct vbd *vbd);

/**** Transfers: vbd_transfer.c ****/

/** Whether the last transfer has broken the connection: it is good for nothing but closing. */
bool vbd_is_broken(const struct vbd *vbd);

/**
 * Whether @count sectors from @sector on can be moved.
 *
 * Return: 0; -XEN_EINVAL when they are not all on the disk; -XEN_ENOTCONN when it is closed or
 * broken.
 */
int vbd_check(const struct vbd *vbd, uint64_t sector, uint32_t count);

/** Is given @count sectors from @sector on, as they came from the disk, or are about to go there.
 *  @data: what the backend can still change: to be copied, once. */
typedef void vbd_take(void *context, uint64_t sector, const void *data, uint32_t count);

/*
 * Transfers of @count sectors from @sector on, over the connection that there is.
 *
 * Return: 0 or the error of vbd_check; -XEN_EROFS; -XEN_EIO or -XEN_EOPNOTSUPP when the backend
 * says that it failed. After -XEN_ETIMEDOUT (no response within the limit), -XEN_ENOTCONN (the
 * connection or the backend has gone) and -XEN_EBADMSG (a response that cannot be) the connection
 * is broken.
 */

/**
 * Read. @take: is given the sectors in order, in parts as large as the bounce memory. What it was
 * given counts only if this returns 0: a part may have been old (see vbd_transfer.c).
 */
int vbd_transfer_read(struct vbd *vbd, uint64_t sector, uint32_t count, vbd_take *take,
                      void *context);

/** Write. @take: is given what goes to the disk; interrupts that are let in meanwhile may change
 *  the buffer. */
int vbd_transfer_write(struct vbd *vbd, uint64_t sector, uint32_t count, const void *buffer,
                       vbd_take *take, void *context);

/** Have the backend put what was written on stable storage; 0 where there is nothing to be flushed,
 *  or the backend cannot. */
int vbd_transfer_flush(struct vbd *vbd);

/**
 * Several disks read their first block, side by side, within what is left of the phase (core.h):
 * how large their blocks are is known then. Those that are not connected are passed over.
 */
void vbd_learn_blocks(struct vbd *const vbds[], unsigned count);

#endif
