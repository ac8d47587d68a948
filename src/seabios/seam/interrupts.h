/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Interrupts during waits.
 */
#ifndef SEABIOS_INTERRUPTS_H
#define SEABIOS_INTERRUPTS_H

/** Let no interrupts in during waits in 32-bit code from now on. Only a reset undoes it. */
void xenpv_interrupts_off(void);

#endif
