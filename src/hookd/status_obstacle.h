/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Why the daemon does not attend to a guest, as far as xenstore shows it. */
#ifndef HOOKD_STATUS_OBSTACLE_H
#define HOOKD_STATUS_OBSTACLE_H

#include <stdbool.h>
#include <stdint.h>

#include "xen.h"

/** Size of the longest explanation, with the terminating zero. */
#define STATUS_OBSTACLE_BYTES 96

/** Explain why the daemon cannot attend to a guest: it has no SeaBIOS, or no QEMU in the daemon's
 * own domain. Return: false if xenstore shows no reason. */
bool status_obstacle_find(const struct xen *xen, uint32_t domid, char text[STATUS_OBSTACLE_BYTES]);

#endif
