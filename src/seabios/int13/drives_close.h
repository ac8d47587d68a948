/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * When the PV disks are closed.
 */
#ifndef SEABIOS_DRIVES_CLOSE_H
#define SEABIOS_DRIVES_CLOSE_H

#include "types.h" // u32

/** Why disks are closed. */
enum xenpv_close {
    XENPV_CLOSE_FOR_BOOT,   /* another boot, or a reset of the machine: close all */
    XENPV_CLOSE_FOR_SYSTEM, /* an operating system starts: close all, and from now on after each
                               call */
    XENPV_CLOSE_FOR_OTHER_DRIVE, /* another drive is used: close the disks without a call for a
                                    second */
};

/**
 * Close our disks, in 32-bit flat mode: the next system has drivers of its own, or none.
 *
 * The next request of int13 opens its disk again. @occasion: an enum xenpv_close. Return: 0.
 */
int xenpv_close_32(u32 occasion);

#endif
