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
 *   00h set register BL to BH       07h get it to BH      01h set the border to BH   08h get it to
 * BH 02h set 17 bytes from ES:DX     09h get them to ES:DX  03h BL=0: bright backgrounds; 1:
 * blinking 10h set colour BX to DH, CH, CL 15h get it 12h set CX colours from BX on from ES:DX 17h
 * get them 13h BL=0: pages of BH; BL=1: page BH                   1Ah get them to BL, BH 18h set
 * the mask to BL          19h get it to BL       1Bh sum CX colours from BX on to grey
 */
void palette_serve(struct screen *screen, struct registers *registers);

#endif
