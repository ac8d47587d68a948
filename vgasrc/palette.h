/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The palette functions of int10. They store what they are given and return it. The terminal has
 * colours of its own, so only the choice of blinking or bright backgrounds is visible.
 */
#ifndef VGASRC_PALETTE_H
#define VGASRC_PALETTE_H

#include "registers.h"
#include "screen.h"

/** Fill the palette with the colours of a VGA's text modes. */
void palette_reset(struct screen *screen);

/** Function 0Bh: BH=0: border BL; BH=1: bit 0 of BL: a graphics palette of the CGA. */
void palette_set_border(struct screen *screen, struct registers *registers);

/**
 * Function 10h. AL:
 *   00h, 07h set register BL to BH, get it to BH
 *   01h, 08h set the border to BH, get it to BH
 *   02h, 09h set 17 bytes from ES:DX, get them to ES:DX
 *   03h      BL=0: bright backgrounds; BL=1: blinking
 *   10h, 15h set colour BX to DH, CH, CL, get it
 *   12h, 17h set CX colours from BX on from ES:DX, get them
 *   13h, 1Ah set how colours are paged (BL=0) or the page (BL=1) to BH, get them to BL, BH
 *   18h, 19h set the mask to BL, get it to BL
 *   1Bh      sum CX colours from BX on to grey
 */
void palette_serve(struct screen *screen, struct registers *registers);

#endif
