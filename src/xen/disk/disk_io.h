/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the owner of a disk does with its connection: open it, close it, and transfer over it even
 * if it goes away. Each call returns when it is done, within its limits.
 *
 * A connection that breaks beneath a transfer is closed. If it has only gone away, as after a
 * restore or a migration, or because the backend was started anew, the disk is connected again and
 * all of the transfer repeated, once. A backend that breaks the protocol or is silent would do so
 * again.
 *
 * What the backend has said to be done is done, also by a backend before; the rest of a transfer is
 * not known to be, and all of it may be done twice: it moves the same bytes to the same places.
 */
#ifndef XEN_DISK_IO_H
#define XEN_DISK_IO_H

#include "xen/blk/vbd.h"
#include "xen/blk/vbd_transfer.h"

/** Connect. @limit_ms: for all steps of the backend. Return: 0 or -XEN_ENOTCONN. */
int disk_io_connect_within(struct vbd *vbd, uint32_t limit_ms);

/** Connect within the limit of the options. */
int disk_io_connect(struct vbd *vbd);

/** Whether the backend of a closed disk is ready for us now: no other frontend has taken the disk
 *  since. */
bool disk_io_is_free(struct vbd *vbd);

/**
 * Close the connection: what was written is flushed, nothing is shared any more, and the directory
 * is as if it had never been opened. A backend that does not follow is left after the limit.
 * Closing twice is harmless.
 *
 * Return: 0, or the error of the flush.
 */
int disk_io_close(struct vbd *vbd);

/*
 * Transfers of @count sectors from @sector on. The buffer may have any address.
 *
 * Return: as vbd_transfer_read and its like do. After -XEN_ETIMEDOUT, -XEN_ENOTCONN and
 * -XEN_EBADMSG the disk is closed, or lost.
 */
int disk_io_read(struct vbd *vbd, uint64_t sector, uint32_t count, void *buffer);

/** Read for a reader with several buffers: @sink is given the sectors in order, and from the first
 *  on again when the transfer is repeated. What it was given counts only if this returns 0. */
int disk_io_fetch(struct vbd *vbd, uint64_t sector, uint32_t count, vbd_sink *sink, void *context);

/** @sink: is given what goes to the disk, of a transfer that is repeated all again. */
int disk_io_write(struct vbd *vbd, uint64_t sector, uint32_t count, const void *buffer,
                  vbd_sink *sink, void *context);

/** Have the backend put what was written since the last flush on stable storage; 0 where it
 *  cannot. */
int disk_io_flush(struct vbd *vbd);

#endif
