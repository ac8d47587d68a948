/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The state machine of a connection. Only vbd_connection.c assigns vbd->state.
 */
#ifndef XEN_VBD_CONNECTION_H
#define XEN_VBD_CONNECTION_H

#include "vbd.h"

/**
 * Begin to connect a closed disk, or a lost one whose backend has since released its pages. If even
 * that fails, the disk stays closed and the log says why.
 *
 * @limit_ms: for all steps of the backend.
 */
void vbd_connect_begin(struct vbd *vbd, uint32_t limit_ms);

/**
 * Begin to close a disk: flush it, then end the connection. Does nothing if it is closed. For a
 * lost disk, check whether the backend has since released its pages.
 */
void vbd_close_begin(struct vbd *vbd);

/**
 * Advance what was begun by one step if the backend allows it; never waits for the backend. A
 * connection that fails turns into a close.
 *
 * Return: whether there is more to do. If not, the disk is connected, closed or lost, and the log
 * says why.
 */
bool vbd_step(struct vbd *vbd);

/**
 * Forget a connection that is no longer ours: close it without notice to the backend, and touch
 * nothing that may belong to another owner.
 */
void vbd_forget(struct vbd *vbd);

/** Let the toolstack have a closed disk that it asks for ("online" is 0): it waits until the
 * frontend is Closed. Does nothing if it is, or is another owner's. */
void vbd_let_go(struct vbd *vbd);

#endif
