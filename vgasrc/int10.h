/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * int10, the video services of the BIOS, for a guest that has text in memory and no VGA.
 * docs/dev/console.md lists the functions, and which are refused.
 */
#ifndef VGASRC_INT10_H
#define VGASRC_INT10_H

#include "registers.h"
#include "screen.h"

/**
 * Begin: fill the fields of the BIOS data area, set mode 3, clear the screen. For POST, before the
 * first call of int10.
 *
 * @screen: has_mono, low and functions are set; the rest is filled.
 */
void int10_start(struct screen *screen);

/**
 * Serve one call. @registers: those of the caller, and what the call returns in them. A function
 * that does not exist changes nothing.
 */
void int10_call(struct screen *screen, struct registers *registers);

#endif
