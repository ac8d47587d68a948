/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The handshake by which an operating system with PV drivers has the emulated disks unplugged. */
#ifndef UNPLUG_H
#define UNPLUG_H

#include <stdbool.h>

/**
 * Unplug the emulated disks and network cards, with the port accesses that the parameter "order="
 * names (see own_drivers.c), and print the duration of the first access.
 */
void unplug(void);

/** Whether the first emulated IDE disk is there: whether it answers IDENTIFY DEVICE. */
bool emulated_disk_is_there(void);

#endif
