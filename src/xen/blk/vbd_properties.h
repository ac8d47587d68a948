/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The properties of a disk that the backend writes to xenstore. Only for vbd_connection.c.
 */
#ifndef XEN_VBD_PROPERTIES_H
#define XEN_VBD_PROPERTIES_H

#include "vbd.h"

/**
 * Poll the backend, in one round trip. Reads the keys that the next state needs together with the
 * backend's state (poll.details) in the first second of a wait, and when the poll before has found
 * that they are there.
 *
 * Return: as xenbus_read_state.
 */
int vbd_poll_backend(struct vbd *vbd);

/** Parse the properties that the last poll has read. Return: 0; or -XEN_EINVAL and similar for
 * values that are invalid or not supported, with the reason in the log and in vbd.fault. */
int vbd_parse_properties(struct vbd *vbd);

/** Keep the image of the connection that was just made, which the next one has to have. */
void vbd_keep_image(struct vbd *vbd);

#endif
