/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The report of int10 on what the adapter can do and on its state.
 */
#ifndef VGASRC_STATE_H
#define VGASRC_STATE_H

#include "registers.h"
#include "screen.h"

#define STATE_FUNCTIONS_BYTES 16u

/** What the adapter can do: the "static functionality table". The ROM has to have a copy of it
 * where real mode can read it: screen->functions. */
extern const uint8_t state_functions[STATE_FUNCTIONS_BYTES];

/** Function 1Bh: BX=0: write the 64 bytes of the state to ES:DI, and return AL=1Bh. */
void state_report(struct screen *screen, struct registers *registers);

#endif
