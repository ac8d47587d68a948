/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Interrupts during waits, and the stack that they run on.
 */
#ifndef SEABIOS_INTERRUPTS_H
#define SEABIOS_INTERRUPTS_H

/** Let no interrupts in during waits in 32-bit code from now on. Only a reset undoes it. */
void xenpv_interrupts_off(void);

/** In 32-bit code, which has another stack: calls of int13 that wait never go on. The next call
 * begins at the top of their stack. */
void xenpv_stack_restart(void);

#endif
