/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The virtual block devices of this guest, as the toolstack lists them.
 */
#ifndef XEN_VBD_FIND_H
#define XEN_VBD_FIND_H

#include "vdev.h"
#include "xen/store/core.h"
#include "xen/store/xenbus.h"

/** Size of the longest type that is recognised, with the terminating zero. */
#define VBD_DEVICE_TYPE_BYTES 8

/** A virtual block device with a directory in xenstore. */
struct vbd_device {
    struct vdev vdev;
    char frontend[XENBUS_PATH_BYTES]; /* its directory */
    char type[VBD_DEVICE_TYPE_BYTES]; /* "disk" (also if the toolstack gives no type), "cdrom" */
    unsigned more;                    /* number of devices that have not been reported yet */
};

/** Called by vbd_find for each device. @context: the caller's. Return: whether to go on. */
typedef bool vbd_found(void *context, const struct vbd_device *device);

/**
 * List the virtual block devices of this guest: first those that the list @first names
 * (vdev_list.h), in its order, then the others, in the order of their names.
 *
 * The log names each entry that is not a disk, and each device whose type cannot be read, with the
 * reason. Once the listing has taken as long as a connection may, the remaining devices are
 * skipped. @names: scratch memory of XENSTORE_PAYLOAD_MAX bytes. Return: the number of devices that
 * it skipped, or an error.
 */
int vbd_find(struct core *core, const char *first, char *names, vbd_found *found, void *context);

#endif
