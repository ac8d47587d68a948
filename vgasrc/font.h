/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Fonts. A terminal has its own, so only their heights matter: how many rows they make.
 */
#ifndef VGASRC_FONT_H
#define VGASRC_FONT_H

#include "registers.h"
#include "screen.h"

/**
 * Function 11h. AL:
 *   10h show as many rows as fit with characters of BH lines
 *   11h, 12h, 14h the same with 14, 8, 16 lines: 28, 50, 25 rows of 400 lines
 *   30h information: ES:BP: the font that BH names; CX: lines of a character; DL: rows, less one
 * The pointers are those of the vectors 1Fh and 43h for BH=0 and 1, else F000:FA6E, the only font
 * of the ROM: the first 128 characters, of 8 by 8 pixels. All other functions change nothing.
 */
void font_serve(struct screen *screen, struct registers *registers);

#endif
