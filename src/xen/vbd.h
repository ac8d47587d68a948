/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A virtual block device: the frontend's end of one disk.
 *
 * vbd_find.c finds the disks; vbd_connect.c connects, vbd_close.c closes, vbd_share.c has what both
 * need; vbd_probe.c and vbd_kind.c tell what kind of backend it has; vbd_owner.c tells whether it
 * is still ours; vbd_transfer.c moves data.
 */
#ifndef XEN_VBD_H
#define XEN_VBD_H

#include "blkif_ring.h"
#include "core.h"
#include "vbd_probe.h"
#include "vdev.h"
#include "wait.h"
#include "xenbus.h"

/** Bounce pages that a disk can have: what is moved at once. */
#define VBD_POOL_PAGES_MOST 128u

/** Longest value of the backend's key "mode", with the terminating zero. */
#define VBD_MODE_BYTES 8

enum vbd_state {
    VBD_CLOSED,          /* nothing is shared with the backend */
    VBD_AWAIT_INIT,      /* for the backend to be ready for us */
    VBD_AWAIT_CONNECTED, /* for the backend to have connected */
    VBD_CONNECTED,       /* usable */
    VBD_AWAIT_CLOSING,   /* for the backend to see that we want to close */
    VBD_AWAIT_CLOSED,    /* for the backend to have let go of all that is shared */
    VBD_AWAIT_REINIT,    /* for the backend to be ready for the next frontend */
    VBD_LOST,            /* the backend keeps what was granted: not usable until it lets go */
};

/* One look at the backend; what it says of the disk is only valid once it is connected. */
struct vbd_look {
    struct xenbus_number state, sectors, sector_bytes, info, flush;
    char mode[VBD_MODE_BYTES];
    int mode_length;
};

struct vbd {
    struct core *core;
    struct vdev vdev;
    enum vbd_state state;
    char frontend[XENBUS_PATH_BYTES]; /* our directory */
    char backend[XENBUS_PATH_BYTES];  /* the backend's */
    uint16_t backend_id;
    struct vbd_probe probe; /* of that backend, asked once */
    struct wait wait;       /* of the step that is waited for */
    struct vbd_look look;   /* the last one; here because the stack is small */
    uint32_t told_again;    /* seconds of that step after which its state was told again */
    unsigned connects;      /* connections so far */
    unsigned routine;       /* connections since the start or the last fault: see vbd_log_level */

    /* Valid while connected. All counts of sectors are of 512 bytes. */
    uint64_t sectors;
    uint32_t block_sectors; /* what the backend wants addresses and lengths to be multiples of */
    bool read_only;
    bool shared_writable; /* others may write to it: mode w!, or one that could not be read */
    bool can_flush;

    /* Allocated once, shared with the backend while a connection is open. */
    void *ring_page;
    uint8_t *pool; /* pool_pages pages */
    uint32_t pool_pages;
    uint32_t ring_ref;
    uint32_t pool_refs[VBD_POOL_PAGES_MOST];
    uint32_t port;
    struct blkif_ring ring;
};

/** Called by vbd_find for a disk. @context: the caller's. */
typedef void vbd_found(void *context, const struct vdev *vdev, const char *frontend);

/**
 * List the disks of this guest that have a backend, in xenstore's order.
 *
 * Each that cannot be used, a CD-ROM for instance, is named in the log with the reason.
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

/**
 * Begin to connect a closed disk, or a lost one whose backend has let go since. When not even that
 * can be done it stays closed, and the log says why.
 */
void vbd_connect_begin(struct vbd *vbd);

/**
 * Begin to close. Nothing is to be done for a disk that is closed already; for one that is lost, it
 * is looked whether the backend has let go of its pages since.
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

/** Connect, waiting for it as long as the options allow. Return: 0 or -XEN_ENOTCONN. */
int vbd_connect(struct vbd *vbd);

/**
 * Close the connection: nothing is shared any more, the directory is as if it had never been
 * opened. A backend that does not follow is left after the limit. Closing twice is harmless.
 */
void vbd_close(struct vbd *vbd);

/**
 * Whether a connection is still the one that this side made: an operating system may have taken the
 * disk over, or the hook may have closed it. True also when xenstore cannot tell.
 */
bool vbd_is_ours(struct vbd *vbd);

/**
 * Forget a connection that is not ours any more, and touch nothing that may be another one's: it is
 * closed without a word to the backend.
 */
void vbd_forget(struct vbd *vbd);

/**
 * Whether @count sectors from @sector on can be moved.
 *
 * Return: 0; -XEN_EINVAL when they are not all on the disk; -XEN_ENOTCONN when it is closed.
 */
int vbd_check(const struct vbd *vbd, uint64_t sector, uint32_t count);

/*
 * Transfers of @count sectors from @sector on. The buffer may have any address.
 *
 * When the connection is gone beneath a transfer, as after a restore or a migration, or because the
 * backend was started anew, the disk is connected again and all of the transfer repeated, once.
 *
 * Return: 0 or the error of vbd_check; -XEN_EROFS; -XEN_EIO or -XEN_EOPNOTSUPP when the backend
 * says that it failed. The disk has been closed after -XEN_ETIMEDOUT (no response within the
 * limit), -XEN_ENOTCONN (the backend has gone), -XEN_EBADMSG (a response that cannot be) and errors
 * of the event channel.
 */
int vbd_read(struct vbd *vbd, uint64_t sector, uint32_t count, void *buffer);

/** Is given @count sectors from @sector on, as they came from the disk, or are about to go there.
 *  @data: what the backend can still change: to be copied, once. */
typedef void vbd_take(void *context, uint64_t sector, const void *data, uint32_t count);

/** vbd_read, for a reader with several buffers: the sectors come in order, in parts as large as the
 *  bounce memory, and from the first on again when the transfer is repeated. */
int vbd_fetch(struct vbd *vbd, uint64_t sector, uint32_t count, vbd_take *take, void *context);

/** @take: is given what goes to the disk, of a transfer that is repeated all again; interrupts that
 *  are let in meanwhile may change the buffer. */
int vbd_write(struct vbd *vbd, uint64_t sector, uint32_t count, const void *buffer, vbd_take *take,
              void *context);

/** Have the backend put what was written on stable storage; 0 where it cannot. */
int vbd_flush(struct vbd *vbd);

#endif
