/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Reads, writes and flushes over a connection.
 *
 * A transfer neither closes the connection nor connects again: it reports a broken connection
 * (vbd_is_broken), and the owner of the disk decides (disk_io.h).
 */
#ifndef XEN_VBD_TRANSFER_H
#define XEN_VBD_TRANSFER_H

#include "vbd.h"

/**
 * Check whether @count sectors from @sector on can be moved.
 *
 * Return: 0; -XEN_EINVAL if they are not all on the disk; -XEN_ENOTCONN if it is closed or broken.
 */
int vbd_check(const struct vbd *vbd, uint64_t sector, uint32_t count);

/** A sink: gets @count sectors, from @sector on, that were read or are about to be written. @data:
 * memory that the backend can still change: copy it once. */
typedef void vbd_sink(void *context, uint64_t sector, const void *data, uint32_t count);

/*
 * Transfers of @count sectors from @sector on, over the existing connection.
 *
 * Return: 0 or the error of vbd_check; -XEN_EROFS; -XEN_EIO or -XEN_EOPNOTSUPP if the backend
 * reports a failure. After -XEN_ETIMEDOUT (no response within the limit), -XEN_ENOTCONN (the
 * connection or the backend is gone) and -XEN_EBADMSG (an invalid response) the connection is
 * broken.
 */

/**
 * Read. @sink: gets the sectors in order, in parts as large as the bounce memory. Its data is valid
 * only if this returns 0: a part may have been stale (see vbd_transfer.c).
 */
int vbd_transfer_read(struct vbd *vbd, uint64_t sector, uint32_t count, vbd_sink *sink,
                      void *context);

/** Write. @sink: gets what goes to the disk; interrupts that are let in meanwhile may change
 * @buffer. */
int vbd_transfer_write(struct vbd *vbd, uint64_t sector, uint32_t count, const void *buffer,
                       vbd_sink *sink, void *context);

/** Flush the disk to stable storage. Return: 0 also if there were no writes, or the backend cannot
 * flush. */
int vbd_transfer_flush(struct vbd *vbd);

/**
 * Learn the block size of several disks by reading their first blocks, side by side, within what is
 * left of the phase (core.h). Skips disks that are not connected.
 */
void vbd_learn_blocks(struct vbd *const vbds[], unsigned count);

/**
 * Copy the first sector that vbd_learn_blocks has just read. @to: gets its 512 bytes.
 *
 * Return: whether it was read, and from this connection. If the grants are gone, the next transfer
 * finds the connection broken.
 */
bool vbd_copy_first_sector(struct vbd *vbd, void *to);

#endif
