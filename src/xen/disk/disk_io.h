/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The operations on a disk's connection: open it, close it, and transfer data even if it goes away.
 * Each call returns when it is done, within its limits.
 *
 * A connection that breaks during a transfer is closed. If it has only gone away, as after a
 * restore or a migration, or because the backend was restarted, the disk is reconnected and the
 * whole transfer repeated, once. A backend that breaks the protocol or does not respond would do so
 * again.
 *
 * What a backend has reported as done is done, even by an earlier backend. The rest of a transfer
 * may or may not be done, and all of it may be done twice: it moves the same bytes to the same
 * sectors.
 */
#ifndef XEN_DISK_IO_H
#define XEN_DISK_IO_H

#include "xen/blk/vbd.h"
#include "xen/blk/vbd_transfer.h"

/** Connect. @limit_ms: for all steps of the backend. Return: 0 or -XEN_ENOTCONN. */
int disk_io_connect_within(struct vbd *vbd, uint32_t limit_ms);

/** Connect within the limit of the options. Return: 0 or -XEN_ENOTCONN. */
int disk_io_connect(struct vbd *vbd);

/** Check whether the backend of a closed disk is ready for us: no other frontend has taken the disk
 * since. */
bool disk_io_is_free(struct vbd *vbd);

/**
 * Close the connection: flush the disk, share nothing any more, and restore the directory to what
 * it was before the disk was opened. A backend that does not follow is left after the limit.
 * Closing twice is harmless.
 *
 * Return: 0, or the error of the flush.
 */
int disk_io_close(struct vbd *vbd);

/*
 * Transfers of @count sectors from @sector on. The buffer may have any address.
 *
 * Return: as the functions of vbd_transfer.h. After -XEN_ETIMEDOUT, -XEN_ENOTCONN and -XEN_EBADMSG
 * the disk is closed, or lost.
 */
int disk_io_read(struct vbd *vbd, uint64_t sector, uint32_t count, void *buffer);

/** Read into a sink. @sink: gets the sectors in order, and again from the first one if the transfer
 * is repeated. Its data is valid only if this returns 0. */
int disk_io_fetch(struct vbd *vbd, uint64_t sector, uint32_t count, vbd_sink *sink, void *context);

/** @sink: gets what goes to the disk, and all of it again if the transfer is repeated. */
int disk_io_write(struct vbd *vbd, uint64_t sector, uint32_t count, const void *buffer,
                  vbd_sink *sink, void *context);

/** Flush what was written since the last flush to stable storage. Return: 0 also if the backend
 * cannot flush. */
int disk_io_flush(struct vbd *vbd);

#endif
