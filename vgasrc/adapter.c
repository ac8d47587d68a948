/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "adapter.h"

/* The switches of an EGA with a colour display that is the only adapter. */
#define ADAPTER_SWITCHES 0xf9u

#define EQUIPMENT_DISPLAY 0x30u
#define EQUIPMENT_COLOUR  0x20u

void adapter_start(struct screen *screen)
{
    uint16_t equipment = screen_read16(screen, SCREEN_EQUIPMENT);

    screen_write16(screen, SCREEN_EQUIPMENT,
                   (uint16_t)((equipment & ~EQUIPMENT_DISPLAY) | EQUIPMENT_COLOUR));
    screen_write8(screen, SCREEN_INFO, SCREEN_INFO_MEMORY);
    screen_write8(screen, SCREEN_SWITCHES, ADAPTER_SWITCHES);
    screen_write8(screen, SCREEN_OPTIONS, SCREEN_OPTION_VGA | SCREEN_OPTION_400);
    screen_write8(screen, SCREEN_DCC, ADAPTER_DISPLAY_INDEX);
}

/* Set @bits in a field of the BIOS data area, or clear them. */
static void adapter_choose(struct screen *screen, uint32_t field, uint8_t bits, bool set)
{
    uint8_t value = screen_read8(screen, field);

    screen_write8(screen, field, set ? value | bits : value & ~bits);
}

static void adapter_choose_lines(struct screen *screen, uint8_t choice)
{
    adapter_choose(screen, SCREEN_OPTIONS, SCREEN_OPTION_LINES, false);
    if (choice != 1)
        adapter_choose(screen, SCREEN_OPTIONS, choice ? SCREEN_OPTION_400 : SCREEN_OPTION_200,
                       true);
}

static void adapter_report(struct screen *screen, struct registers *registers)
{
    uint8_t switches = screen_read8(screen, SCREEN_SWITCHES);

    registers->bh = screen_is_mono(screen);
    registers->bl = 3;
    registers->ch = switches >> 4;
    registers->cl = switches & 15;
}

void adapter_serve_options(struct screen *screen, struct registers *registers)
{
    uint8_t choice = registers->al;

    if (registers->bl == 0x10) {
        adapter_report(screen, registers);
        return;
    }
    if (choice > (registers->bl == 0x30 ? 2 : 1))
        return;
    switch (registers->bl) {
    case 0x30:
        adapter_choose_lines(screen, choice);
        break;
    case 0x31:
        adapter_choose(screen, SCREEN_OPTIONS, SCREEN_OPTION_NO_PALETTE, choice);
        break;
    case 0x33:
        adapter_choose(screen, SCREEN_OPTIONS, SCREEN_OPTION_GREY, !choice);
        break;
    case 0x34:
        adapter_choose(screen, SCREEN_INFO, SCREEN_INFO_NO_EMULATION, choice);
        break;
    case 0x32:
    case 0x36:
        break;
    default:
        return;
    }
    registers->al = 0x12;
}

void adapter_serve_display(struct screen *screen, struct registers *registers)
{
    (void)screen;
    if (registers->al > 1)
        return;
    if (registers->al == 0)
        registers->bx = ADAPTER_DISPLAY;
    registers->al = 0x1a;
}
