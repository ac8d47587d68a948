/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the palette functions of int10 store. Nothing of it is visible on a terminal.
 */
#ifndef VGASRC_PALETTE_STATE_H
#define VGASRC_PALETTE_STATE_H

#include <stdint.h>

#define PALETTE_REGISTERS 16u
#define PALETTE_COLOURS   256u

struct palette {
    uint8_t registers[PALETTE_REGISTERS + 1]; /* the colour of each of 16, then of the border */
    uint8_t colours[PALETTE_COLOURS][3];      /* red, green, blue: 6 bits each */
    uint8_t mask;                             /* the DAC's mask for colours */
    uint8_t paging;                           /* 0: 4 pages of 64 colours; 1: 16 pages of 16 */
    uint8_t page;
};

#endif
