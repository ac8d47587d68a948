/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The disks of this guest, as the toolstack lists them.
 */
#ifndef XEN_VBD_FIND_H
#define XEN_VBD_FIND_H

#include "vdev.h"
#include "xen/store/core.h"

/** Called by vbd_find for a disk. @context: the caller's. Return: whether to look for more. */
typedef bool vbd_found(void *context, const struct vdev *vdev, const char *frontend);

/**
 * List the disks of this guest that have a backend, in the order of their names.
 *
 * Each that cannot be used, a CD-ROM for instance, is named in the log with the reason. No disk is
 * looked at any more once that has taken as long as a connection may.
 * @names: scratch memory of XENSTORE_PAYLOAD_MAX bytes. Return: 0 or an error.
 */
int vbd_find(struct core *core, char *names, vbd_found *found, void *context);

#endif
