/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "font.h"

#include "mode.h"

#define FONT_SEGMENT 0xf000u
#define FONT_OFFSET  0xfa6eu

/* Vectors that point to fonts for graphics modes. */
#define FONT_VECTOR_UPPER 0x1fu
#define FONT_VECTOR       0x43u

static void font_report(struct screen *screen, struct registers *registers)
{
    uint32_t vector = registers->bh ? FONT_VECTOR : FONT_VECTOR_UPPER;

    if (registers->bh < 2) {
        registers->bp = screen_read16(screen, vector * 4);
        registers->es = screen_read16(screen, vector * 4 + 2);
    } else {
        registers->bp = FONT_OFFSET;
        registers->es = FONT_SEGMENT;
    }
    registers->cx = screen_read16(screen, SCREEN_HEIGHT);
    registers->dl = screen_read8(screen, SCREEN_LAST_ROW);
}

void font_serve(struct screen *screen, struct registers *registers)
{
    switch (registers->al) {
    case 0x10:
        mode_set_height(screen, registers->bh);
        break;
    case 0x11:
        mode_set_height(screen, 14);
        break;
    case 0x12:
        mode_set_height(screen, 8);
        break;
    case 0x14:
        mode_set_height(screen, 16);
        break;
    case 0x30:
        font_report(screen, registers);
        break;
    default:
        break;
    }
}
