/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Block devices of the domain that the hook runs in, by their numbers. */
#ifndef HOOKD_DEVICE_H
#define HOOKD_DEVICE_H

#include <stdbool.h>
#include <sys/types.h>

/** The longest path of a device's node, with its zero. */
#define DEVICE_PATH_BYTES 128

/** The value of a backend's key physical-device, "MAJOR:MINOR" in hexadecimal digits, as the
 *  toolstack's block scripts write it. False: it is none. */
bool device_parse(const char *text, dev_t *device);

/**
 * Find the node of a block device, by the name that the kernel has for it
 * (Linux: Documentation/ABI/stable/sysfs-dev; the uevent file's DEVNAME). Works for partitions and
 * mapped devices too, and needs no udev: the kernel makes this node in devtmpfs.
 * @param root  what stands before /sys and /dev: "", but for tests
 * @return 0, or an errno: ENOENT if the kernel has no such device
 */
int device_node(const char *root, dev_t device, char path[DEVICE_PATH_BYTES]);

/**
 * Open a node for reading, if it is the block device of that number.
 * @return a file descriptor, or -1 with errno: ENOTBLK if it is anything else
 */
int device_open(const char *path, dev_t device);

#endif
