/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The ticks of the BIOS: what src/seabios/int13/kept.c does at each, between two calls and in the
 * waits of a call. In some runs interrupts are off, and there are none.
 */
#ifndef WORLD_TICKS_H
#define WORLD_TICKS_H

#include <stdint.h>

#define TICK_US 54925u

/** Ticks begin at the end of POST, and end when the guest does or an operating system starts. */
void ticks_begin(void);
void ticks_end(void);

/** Wait for so long, in which ticks come. To be called between two calls. */
void ticks_pass(uint64_t us);

#endif
