/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Names of virtual disks (xen/docs/man/xen-vbd-interface.7.pandoc). */
#ifndef HOOKD_VDEV_H
#define HOOKD_VDEV_H

#include <stdint.h>

/** Size of the longest name, with the terminating zero. */
#define VDEV_NAME_BYTES 16

/** The name of disk @number, such as "xvde" for 51776; empty if the number is none of a disk. */
void vdev_name(uint32_t number, char name[VDEV_NAME_BYTES]);

#endif
