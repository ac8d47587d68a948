/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Reads, writes and flushes over a connection.
 *
 * A transfer neither closes the connection nor connects again: it reports that the connection is
 * broken (vbd_is_broken), and the owner of the disk decides (disk_io.h).
 */
#ifndef XEN_VBD_TRANSFER_H
#define XEN_VBD_TRANSFER_H

#include "vbd.h"

/**
 * Whether @count sectors from @sector on can be moved.
 *
 * Return: 0; -XEN_EINVAL when they are not all on the disk; -XEN_ENOTCONN when it is closed or
 * broken.
 */
int vbd_check(const struct vbd *vbd, uint64_t sector, uint32_t count);

/** Is given @count sectors from @sector on, as they came from the disk, or are about to go there.
 *  @data: what the backend can still change: to be copied, once. */
typedef void vbd_sink(void *context, uint64_t sector, const void *data, uint32_t count);

/*
 * Transfers of @count sectors from @sector on, over the connection that there is.
 *
 * Return: 0 or the error of vbd_check; -XEN_EROFS; -XEN_EIO or -XEN_EOPNOTSUPP when the backend
 * says that it failed. After -XEN_ETIMEDOUT (no response within the limit), -XEN_ENOTCONN (the
 * connection or the backend has gone) and -XEN_EBADMSG (a response that cannot be) the connection
 * is broken.
 */

/**
 * Read. @sink: is given the sectors in order, in parts as large as the bounce memory. What it was
 * given counts only if this returns 0: a part may have been old (see vbd_transfer.c).
 */
int vbd_transfer_read(struct vbd *vbd, uint64_t sector, uint32_t count, vbd_sink *sink,
                      void *context);

/** Write. @sink: is given what goes to the disk; interrupts that are let in meanwhile may change
 *  the buffer. */
int vbd_transfer_write(struct vbd *vbd, uint64_t sector, uint32_t count, const void *buffer,
                       vbd_sink *sink, void *context);

/** Have the backend put what was written on stable storage; 0 where there is nothing to be flushed,
 *  or the backend cannot. */
int vbd_transfer_flush(struct vbd *vbd);

/**
 * Several disks read their first block, side by side, within what is left of the phase (core.h):
 * how large their blocks are is known then. Those that are not connected are passed over.
 */
void vbd_learn_blocks(struct vbd *const vbds[], unsigned count);

#endif
