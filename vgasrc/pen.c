/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "pen.h"

#include "sequence.h"

enum pen_code {
    PEN_CODE_UNDERLINE = 4,
    PEN_CODE_BLINK = 5,
    PEN_CODE_DARK = 30,
    PEN_CODE_BRIGHT = 90,
    PEN_CODE_BACKGROUND = 10, /* more than the same colour in front */
};

/* Monochrome attributes have few looks: reverse and invisible have one code each, and 1 in the low
 * bits underlines. */
static uint16_t pen_from_mono(uint8_t attribute)
{
    uint8_t bright = attribute & 0x08;

    if ((attribute & 0x77) == 0x70)
        return 0x70 | bright;
    if ((attribute & 0x77) == 0)
        return 0;
    return 0x07 | bright | ((attribute & 0x07) == 1 ? PEN_UNDERLINE : 0);
}

uint16_t pen_from_attribute(const struct pen_rules *rules, uint8_t attribute)
{
    uint8_t colours = rules->blinks ? attribute & 0x7f : attribute;
    uint16_t pen = rules->is_mono ? pen_from_mono(colours) : colours;

    return pen | (rules->blinks && attribute & 0x80 ? PEN_BLINK : 0);
}

bool pen_blank_equal(uint16_t wanted, uint16_t sent)
{
    return (wanted & PEN_BACKGROUND) == (sent & PEN_BACKGROUND) &&
           (wanted == PEN_DEFAULT) == (sent == PEN_DEFAULT) && !((wanted | sent) & PEN_UNDERLINE);
}

/* Colours in the order of the PC have blue in bit 0 and red in bit 2, those of terminals the
 * reverse. */
static uint32_t pen_colour_code(uint32_t colour)
{
    uint32_t number = (colour & 1) << 2 | (colour & 2) | (colour & 4) >> 2;

    return number + (colour & 8 ? PEN_CODE_BRIGHT : PEN_CODE_DARK);
}

static void pen_add(struct sequence *sequence, uint32_t code)
{
    if (sequence->bytes[sequence->length - 1] != '[')
        sequence_byte(sequence, ';');
    sequence_number(sequence, code);
}

/* Written to by way of the structure. NOLINTNEXTLINE(readability-non-const-parameter) */
uint32_t pen_change(uint16_t from, uint16_t to, uint8_t bytes[PEN_SEQUENCE_BYTES])
{
    struct sequence sequence = {.bytes = bytes};
    /* Only a reset ends these on all terminals: a VT100 has no other code, and Linux's console
     * takes a bright colour for a bold one, and stays bold. */
    uint32_t ended = from & ~to & (PEN_BLINK | PEN_UNDERLINE | PEN_BRIGHT);

    if (from == to)
        return 0;
    sequence_begin(&sequence);
    if (to != PEN_DEFAULT) {
        if (from != PEN_DEFAULT && ended)
            pen_add(&sequence, 0);
        if (from == PEN_DEFAULT || ended)
            from = ~to & (PEN_COLOUR | PEN_BACKGROUND);
        if ((from ^ to) & PEN_COLOUR)
            pen_add(&sequence, pen_colour_code(to & PEN_COLOUR));
        if ((from ^ to) & PEN_BACKGROUND)
            pen_add(&sequence, pen_colour_code((to & PEN_BACKGROUND) >> 4) + PEN_CODE_BACKGROUND);
        if (~from & to & PEN_BLINK)
            pen_add(&sequence, PEN_CODE_BLINK);
        if (~from & to & PEN_UNDERLINE)
            pen_add(&sequence, PEN_CODE_UNDERLINE);
    }
    sequence_byte(&sequence, 'm');
    return sequence.length;
}
