/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the backend says of a disk in xenstore. For vbd.c only.
 */
#ifndef XEN_VBD_PROPERTIES_H
#define XEN_VBD_PROPERTIES_H

#include "vbd.h"

/**
 * Look at the backend, in one round trip. What else is to be known of it in that state is read with
 * its state (poll.details), in the first second of a wait, and when the look before has found that
 * it is there.
 *
 * Return: what xenbus_read_state does.
 */
int vbd_poll_backend(struct vbd *vbd);

/** Take the properties that the last look has read. Return: 0; or -XEN_EINVAL and the like for
 *  nonsense, and for what is not to be used, with the reason in the log. */
int vbd_parse_properties(struct vbd *vbd);

#endif
