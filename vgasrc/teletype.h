/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Write text as a teletype does: characters move the cursor, the last row scrolls, and BEL, BS, CR
 * and LF control it.
 */
#ifndef VGASRC_TELETYPE_H
#define VGASRC_TELETYPE_H

#include "registers.h"
#include "screen.h"

/** Function 0Eh: write @character to the active page. Its cell keeps its attribute. When the page
 * scrolls, the new row gets the attribute that the cell at the cursor had in the last row. */
void teletype_write(struct screen *screen, uint8_t character);

/**
 * Function 13h: write the string of CX characters at ES:BP to page BH, from row DH and column DL
 * on.
 *
 * AL: bit 0: leave the cursor after the string, else where it was; bit 1: an attribute follows each
 * character, also one that controls; else all have the attribute BL.
 */
void teletype_write_string(struct screen *screen, struct registers *registers);

#endif
