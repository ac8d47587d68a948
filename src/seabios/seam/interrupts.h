/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Interrupts during waits.
 */
#ifndef SEABIOS_INTERRUPTS_H
#define SEABIOS_INTERRUPTS_H

/** From now on no wait in 32-bit code lets interrupts in. There is no way back but a reset. */
void xenpv_interrupts_off(void);

#endif
