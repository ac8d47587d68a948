/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Requests in flight on the ring of a connected disk. Only for vbd_connection.c and vbd_transfer.c.
 */
#ifndef XEN_VBD_IO_H
#define XEN_VBD_IO_H

#include "vbd.h"

/** Put the requests that move @count sectors, from @sector on, to or from the start of the pool,
 * which must be large enough. Both are multiples of the disk's blocks. The backend does not see
 * the requests before vbd_io_begin. */
void vbd_io_put(struct vbd *vbd, uint8_t operation, uint64_t sector, uint32_t count);

/** Put a flush. */
void vbd_io_put_flush(struct vbd *vbd);

/** Push what was put to the backend, and begin to wait for the responses. */
void vbd_io_begin(struct vbd *vbd);

/**
 * Process the responses that have arrived; if there are none, yield the processor for a moment.
 *
 * Return: whether any response is still due. If not, io.result is what vbd_transfer_read returns,
 * and vbd_is_broken says whether the connection is broken.
 */
bool vbd_io_pending(struct vbd *vbd);

#endif
