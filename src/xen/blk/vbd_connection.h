/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The state machine of a connection: only vbd_connection.c assigns vbd->state.
 */
#ifndef XEN_VBD_CONNECTION_H
#define XEN_VBD_CONNECTION_H

#include "vbd.h"

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

/**
 * Forget a connection that is not ours any more, and touch nothing that may be another one's: it is
 * closed without a word to the backend.
 */
void vbd_forget(struct vbd *vbd);

#endif
