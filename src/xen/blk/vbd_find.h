/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The virtual block devices of this guest, as the toolstack lists them.
 */
#ifndef XEN_VBD_FIND_H
#define XEN_VBD_FIND_H

#include "vdev.h"
#include "xen/store/core.h"
#include "xen/store/xenbus.h"

/** Longest type that is told apart, with the terminating zero. */
#define VBD_TYPE_BYTES 8

/** A virtual block device that has a directory. */
struct vbd_device {
    struct vdev vdev;
    char frontend[XENBUS_PATH_BYTES]; /* its directory */
    char type[VBD_TYPE_BYTES]; /* "disk", "cdrom"; "disk" also if the toolstack says nothing */
};

/** Called by vbd_find for a device. @context: the caller's. Return: whether to look for more. */
typedef bool vbd_found(void *context, const struct vbd_device *device);

/**
 * List the virtual block devices of this guest, in the order of their names.
 *
 * What has no name of a disk, and a device whose type cannot be read, is named in the log with the
 * reason. No device is read any more once that has taken as long as a connection may.
 * @names: scratch memory of XENSTORE_PAYLOAD_MAX bytes. Return: 0 or an error.
 */
int vbd_find(struct core *core, char *names, vbd_found *found, void *context);

#endif
