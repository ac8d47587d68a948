/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The order of the hard disks. The BIOS boots from the first one, 80h, only. In POST the guest
 * option "boot" chooses which one that is. After a failed boot from it the next PV disk becomes
 * 80h, and what was before it moves up by one, as if the boot menu had chosen it. All of it is
 * 32-bit flat code.
 */
#ifndef SEABIOS_HD_ORDER_H
#define SEABIOS_HD_ORDER_H

#include "types.h" // u8

#include <stdbool.h>

/** The place that POST has given to the hard disk that is 80h now. */
extern u8 XenpvFirstHd;

/** POST, before the boot menu: put the disks of the guest option "boot" first. */
void hd_order_apply_option(void);

/** Begin a boot: each hard disk gets the number that POST has given it. */
void hd_order_restore(void);

/** An attempt to boot from 80h begins. */
void hd_order_note_attempt(void);

/**
 * Make the next PV disk 80h, after boot_attempt_failed for the one before it. @started: the boot
 * code of that one was started; if not, the time of the attempt counts. Once such attempts have
 * taken as long as a backend may take to connect, there is no next one. Return: false if there is
 * none; then each hard disk has the number again that POST has given it.
 */
bool hd_order_next(bool started);

#endif
