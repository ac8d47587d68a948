/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Block devices of the daemon's own domain, by their numbers. */
#ifndef HOOKD_DEVICE_H
#define HOOKD_DEVICE_H

#include <stdbool.h>
#include <sys/types.h>

/** Size of the longest path of a device node, with the terminating zero. */
#define DEVICE_PATH_BYTES 128

/**
 * Parse the value of a backend's key physical-device: "MAJOR:MINOR" in hexadecimal digits, as the
 * toolstack's block scripts write it.
 *
 * Return: whether it has that form; *@device is only set if so.
 */
bool device_parse(const char *text, dev_t *device);

/**
 * Find the node of a block device by its name in the kernel (Linux:
 * Documentation/ABI/stable/sysfs-dev; DEVNAME in the uevent file).
 *
 * This also works for partitions and mapped devices, and without udev: the kernel creates the node
 * in devtmpfs. @root: prefix of /sys and /dev, empty except in tests.
 * Return: 0, or an errno; ENOENT if the kernel has no such device.
 */
int device_node(const char *root, dev_t device, char path[DEVICE_PATH_BYTES]);

/**
 * Open a node for reading if it is the block device @device.
 *
 * Return: a file descriptor, or -1 with errno; ENOTBLK if it is anything else.
 */
int device_open(const char *path, dev_t device);

#endif
