/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * int10 of a guest without a VGA, in 16-bit code.
 */
#ifndef SEABIOS_CONSOLE_ENTRY_H
#define SEABIOS_CONSOLE_ENTRY_H

#include "types.h" // u32

/** The address of the screen's state, for 16-bit code. Set before the vector. */
extern u32 XenpvScreen;

/** The handler's address for the interrupt vector, by FUNC16. */
void xenpv_entry_10(void);

#endif
