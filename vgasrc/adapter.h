/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Which adapter int10 says that there is: a VGA in colour, with 256 KiB.
 */
#ifndef VGASRC_ADAPTER_H
#define VGASRC_ADAPTER_H

#include "registers.h"
#include "screen.h"

/** The display combination of functions 1Ah and 1Bh: a VGA with a colour display, and its index in
 * IBM's table, for the BIOS data area. */
#define ADAPTER_DISPLAY       0x08u
#define ADAPTER_DISPLAY_INDEX 0x0bu

/** Fill the fields of the BIOS data area that a mode set keeps. */
void adapter_start(struct screen *screen);

/**
 * Function 12h. BL:
 *   10h information: BH: 1 in mode 7; BL=3: 256 KiB; CH, CL: feature bits and switches
 *   30h lines of the next mode set, AL=0: 200; 1: 350; 2: 400
 *   31h AL=0: a mode set resets the palette; 1: it does not
 *   33h AL=0: sum colours to grey; 1: do not
 *   34h AL=0: adapt the cursor's shape to the font; 1: do not
 *   32h, 36h AL=0, 1: access to memory and refresh; changes nothing
 * All but the first return AL=12h, if AL is valid.
 */
void adapter_serve_options(struct screen *screen, struct registers *registers);

/** Function 1Ah: AL=0: BL: ADAPTER_DISPLAY; BH=0: no other display; AL=1: changes nothing. Both
 * return AL=1Ah. */
void adapter_serve_display(struct screen *screen, struct registers *registers);

#endif
