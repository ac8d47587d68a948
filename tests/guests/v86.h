/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * BIOS calls from v86 mode, as memory managers of DOS and 32-bit operating systems make them:
 * protection is on, and 16-bit code runs as a task of privilege 3 that may use all ports and the
 * interrupt flag.
 */
#ifndef V86_H
#define V86_H

#include "guest.h"

/* The number of times that the BIOS has read CR0, which the monitor has to emulate. */
extern unsigned v86_cr0_reads;

/*
 * bios_int() from v86 mode. If the BIOS does what no monitor can allow (switch the mode, load
 * descriptor tables), the program ends with a failed check.
 */
void v86_bios_int(uint8_t vector, struct regs *regs);

#endif
