/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The modes of int10: 40 or 80 columns of text, and how many lines a character has.
 */
#ifndef VGASRC_MODE_H
#define VGASRC_MODE_H

#include "registers.h"
#include "screen.h"

/** Function 00h: set mode AL, 0 to 3 or 7; with bit 7 set, keep what is on the screen. Returns
 * AL=30h, as the BIOSes of Phoenix and AMI do. A graphics mode is refused: nothing changes. Mode 7
 * without its memory sets mode 3. */
void mode_serve(struct screen *screen, struct registers *registers);

/** Function 0Fh: AL: mode; AH: columns; BH: active page. */
void mode_get(struct screen *screen, struct registers *registers);

/** Set a mode, as function 00h. Return: whether there is such a mode. */
bool mode_set(struct screen *screen, uint8_t number);

/** The number of lines of the picture: 200, 350 or 400. */
uint32_t mode_lines(const struct screen *screen);

/** Show as many rows as fit with characters of @height lines. Return: false, and nothing changes,
 * if they are more than SCREEN_ROWS_MAX. */
bool mode_set_height(struct screen *screen, uint32_t height);

#endif
