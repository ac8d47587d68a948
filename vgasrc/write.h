/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Read and write cells at the cursor.
 */
#ifndef VGASRC_WRITE_H
#define VGASRC_WRITE_H

#include "registers.h"
#include "screen.h"

/** Function 08h: BH: page; returns AL, AH: character and attribute at its cursor. */
void write_read_back(struct screen *screen, struct registers *registers);

/** Function 09h: BH: page; AL, BL: character and attribute; CX: how many cells from the cursor on.
 */
void write_cells(struct screen *screen, struct registers *registers);

/** Function 0Ah: the same, but the cells keep their attributes. */
void write_characters(struct screen *screen, struct registers *registers);

#endif
