/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The end of a PVH guest: no port resets it or switches it off, Xen does.
 */
#ifndef SEABIOS_POWER_H
#define SEABIOS_POWER_H

#include "types.h" // u32

/** Switch the guest off, in 32-bit flat mode. Returns 0 if Xen refuses. @unused: for call32. */
int xenpv_power_off_32(u32 unused);

/** Have the toolstack start the guest again. Returns if Xen refuses. */
void xenpv_reboot(void);

#endif
