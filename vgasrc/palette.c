/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "palette.h"

/* Return the colour of one of the 16, by bits: an EGA's bright red, green, blue, then red, green,
 * blue. Brown is half bright green with red; the border is black. No table, because 16-bit code
 * cannot read constants. */
static uint8_t palette_default(uint32_t number)
{
    if (number == PALETTE_REGISTERS)
        return 0;
    if (number == 6)
        return 0x14;
    return (uint8_t)(number < 8 ? number : 0x30 + number);
}

/* One of red, green, blue: @full and @half are its bits in an EGA's colour. */
static uint8_t palette_level(uint32_t colour, uint32_t full, uint32_t half)
{
    return (uint8_t)((colour & full ? 0x2a : 0) + (colour & half ? 0x15 : 0));
}

static void palette_sum(struct palette *palette, uint32_t first, uint32_t count)
{
    for (; count && first < PALETTE_COLOURS; count--, first++) {
        uint8_t *colour = palette->colours[first];
        /* 30 % red, 59 % green, 11 % blue, in parts of 256. */
        uint32_t grey = (77u * colour[0] + 151u * colour[1] + 28u * colour[2] + 128) / 256;

        colour[0] = colour[1] = colour[2] = grey > 0x3f ? 0x3f : (uint8_t)grey;
    }
}

void palette_reset(struct screen *screen)
{
    struct palette *palette = &screen->palette;

    for (uint32_t i = 0; i <= PALETTE_REGISTERS; i++)
        palette->registers[i] = palette_default(i);
    for (uint32_t i = 0; i < PALETTE_COLOURS; i++) {
        uint32_t colour = i < 64 ? i : 0;

        palette->colours[i][0] = palette_level(colour, 0x04, 0x20);
        palette->colours[i][1] = palette_level(colour, 0x02, 0x10);
        palette->colours[i][2] = palette_level(colour, 0x01, 0x08);
    }
    palette->mask = 0xff;
    palette->paging = palette->page = 0;
    if (screen_read8(screen, SCREEN_OPTIONS) & SCREEN_OPTION_GREY)
        palette_sum(palette, 0, PALETTE_COLOURS);
}

void palette_set_border(struct screen *screen, struct registers *registers)
{
    uint8_t colours = screen_read8(screen, SCREEN_COLOURS);

    if (registers->bh == 0)
        colours = (uint8_t)((colours & 0xe0) | (registers->bl & 0x1f));
    else if (registers->bh == 1)
        colours = (uint8_t)((colours & 0xdf) | (registers->bl & 1) << 5);
    screen_write8(screen, SCREEN_COLOURS, colours);
}

static void palette_set_blink(struct screen *screen, uint8_t blink)
{
    uint8_t control = screen_read8(screen, SCREEN_CONTROL);

    if (blink == 0)
        screen_write8(screen, SCREEN_CONTROL, control & ~SCREEN_CONTROL_BLINK);
    else if (blink == 1)
        screen_write8(screen, SCREEN_CONTROL, control | SCREEN_CONTROL_BLINK);
}

/* The 16 registers and the border. */
static void palette_serve_registers(struct screen *screen, struct registers *registers)
{
    uint8_t *stored = screen->palette.registers;
    bool exists = registers->bl < PALETTE_REGISTERS;

    switch (registers->al) {
    case 0x00:
        if (exists)
            stored[registers->bl] = registers->bh & 0x3f;
        break;
    case 0x01:
        stored[PALETTE_REGISTERS] = registers->bh & 0x3f;
        break;
    case 0x02:
        for (uint32_t i = 0; i <= PALETTE_REGISTERS; i++)
            stored[i] = screen_read_far(screen, registers->es, registers->dx + i) & 0x3f;
        break;
    case 0x03:
        palette_set_blink(screen, registers->bl);
        break;
    case 0x07:
        registers->bh = exists ? stored[registers->bl] : 0;
        break;
    case 0x08:
        registers->bh = stored[PALETTE_REGISTERS];
        break;
    case 0x09:
        for (uint32_t i = 0; i <= PALETTE_REGISTERS; i++)
            screen_write_far(screen, registers->es, registers->dx + i, stored[i]);
        break;
    default:
        break;
    }
}

static void palette_set_colours(struct screen *screen, const struct registers *registers)
{
    uint32_t offset = registers->dx;

    for (uint32_t i = 0; i < registers->cx && registers->bx + i < PALETTE_COLOURS; i++)
        for (uint32_t part = 0; part < 3; part++)
            screen->palette.colours[registers->bx + i][part] =
                screen_read_far(screen, registers->es, offset++) & 0x3f;
    if (screen_read8(screen, SCREEN_OPTIONS) & SCREEN_OPTION_GREY)
        palette_sum(&screen->palette, registers->bx, registers->cx);
}

static void palette_get_colours(struct screen *screen, const struct registers *registers)
{
    uint32_t offset = registers->dx;

    for (uint32_t i = 0; i < registers->cx && registers->bx + i < PALETTE_COLOURS; i++)
        for (uint32_t part = 0; part < 3; part++)
            screen_write_far(screen, registers->es, offset++,
                             screen->palette.colours[registers->bx + i][part]);
}

static void palette_set_colour(struct screen *screen, const struct registers *registers)
{
    uint8_t *colour = screen->palette.colours[registers->bl];

    colour[0] = registers->dh & 0x3f;
    colour[1] = registers->ch & 0x3f;
    colour[2] = registers->cl & 0x3f;
    if (screen_read8(screen, SCREEN_OPTIONS) & SCREEN_OPTION_GREY)
        palette_sum(&screen->palette, registers->bl, 1);
}

static void palette_get_colour(const struct screen *screen, struct registers *registers)
{
    const uint8_t *colour = screen->palette.colours[registers->bl];

    registers->dh = colour[0];
    registers->ch = colour[1];
    registers->cl = colour[2];
}

/* Which of the 256 colours the registers select from. */
static void palette_serve_pages(struct screen *screen, struct registers *registers)
{
    struct palette *palette = &screen->palette;

    switch (registers->al) {
    case 0x13:
        if (registers->bl == 0)
            palette->paging = registers->bh & 1;
        else if (registers->bl == 1)
            palette->page = registers->bh & 15;
        break;
    case 0x18:
        palette->mask = registers->bl;
        break;
    case 0x19:
        registers->bl = palette->mask;
        break;
    case 0x1a:
        registers->bl = palette->paging;
        registers->bh = palette->page;
        break;
    default:
        break;
    }
}

void palette_serve(struct screen *screen, struct registers *registers)
{
    switch (registers->al) {
    case 0x10:
        palette_set_colour(screen, registers);
        break;
    case 0x12:
        palette_set_colours(screen, registers);
        break;
    case 0x15:
        palette_get_colour(screen, registers);
        break;
    case 0x17:
        palette_get_colours(screen, registers);
        break;
    case 0x1b:
        palette_sum(&screen->palette, registers->bx, registers->cx);
        break;
    default:
        if (registers->al < 0x10)
            palette_serve_registers(screen, registers);
        else
            palette_serve_pages(screen, registers);
        break;
    }
}
