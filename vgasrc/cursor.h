/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The cursor of each page, and which page is active.
 */
#ifndef VGASRC_CURSOR_H
#define VGASRC_CURSOR_H

#include "registers.h"
#include "screen.h"

/** Function 01h: CH, CL: first and last line of the cursor; bit 5 of CH hides it. */
void cursor_set_shape(struct screen *screen, struct registers *registers);

/** Function 02h: BH: page; DH, DL: row and column, which may be outside the screen. */
void cursor_set(struct screen *screen, struct registers *registers);

/** Function 03h: BH: page; returns CX: shape; DH, DL: row and column. */
void cursor_get(struct screen *screen, struct registers *registers);

/** Function 05h: make page AL the active one, if the window holds it. */
void cursor_set_page(struct screen *screen, struct registers *registers);

/** The cursor of @page, less than SCREEN_PAGES: row * 256 + column. */
uint16_t cursor_read(const struct screen *screen, uint32_t page);
void cursor_write(struct screen *screen, uint32_t page, uint32_t row, uint32_t column);

/** Return: the cell at the cursor of @page, counted row by row: the index for screen_cell. */
uint32_t cursor_index(const struct screen *screen, uint32_t page);

#endif
