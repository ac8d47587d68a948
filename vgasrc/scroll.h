/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Move a rectangle of the screen up or down.
 */
#ifndef VGASRC_SCROLL_H
#define VGASRC_SCROLL_H

#include "registers.h"
#include "screen.h"

/** Functions 06h and 07h on the active page: CH, CL: row and column of the upper left corner; DH,
 * DL: of the lower right one, which is inside; AL: rows, and 0 or more than there are clears all;
 * BH: the attribute of the new rows. The part outside the screen is left out. */
void scroll_up(struct screen *screen, struct registers *registers);
void scroll_down(struct screen *screen, struct registers *registers);

/** Move all of @page up by one row. The new row has @attribute. */
void scroll_page_up(struct screen *screen, uint32_t page, uint8_t attribute);

#endif
