/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Requests in flight on the ring of a connected disk. For vbd.c and vbd_transfer.c only.
 */
#ifndef XEN_VBD_IO_H
#define XEN_VBD_IO_H

#include "vbd.h"

/** Put the requests that move @count sectors from @sector on to or from the start of the pool,
 *  which is large enough; both are multiples of the disk's blocks. The backend does not see them
 *  yet. */
void vbd_io_put(struct vbd *vbd, uint8_t operation, uint64_t sector, uint32_t count);

/** Put a flush. */
void vbd_io_put_flush(struct vbd *vbd);

/** Show the backend what was put, and begin to wait for the responses. */
void vbd_io_begin(struct vbd *vbd);

/**
 * Take what responses there are. If there is none, the processor is given away for a moment.
 *
 * Return: whether any is still to come. When not, io.result tells what vbd_transfer_read does, and
 * vbd_is_broken whether the connection has been broken.
 */
bool vbd_io_pending(struct vbd *vbd);

#endif
