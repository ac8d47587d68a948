/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * How a character is drawn: its colours, blinking, underlined; and the sequence that tells a
 * terminal so ("select graphic rendition", ECMA-48).
 */
#ifndef VGASRC_PEN_H
#define VGASRC_PEN_H

#include <stdbool.h>
#include <stdint.h>

/** A pen: bits 0 to 3 are the colour, bits 4 to 7 the background, both numbered as the PC does. */
enum pen_bit {
    PEN_COLOUR = 0x0f,
    PEN_BRIGHT = 0x08, /* of the colour */
    PEN_BACKGROUND = 0xf0,
    PEN_BLINK = 0x100,
    PEN_UNDERLINE = 0x200,
};

/** Grey on black, which is drawn in the terminal's own default colours. So a terminal that has
 * black on white shows plain text as its user likes it, and erased cells look the same whether or
 * not the terminal erases with the background in force. All other pens name both colours. */
#define PEN_DEFAULT 0x07u

/** What the attributes of cells mean. */
struct pen_rules {
    bool is_mono; /* as in mode 7: normal, bright, underlined, reverse, invisible */
    bool blinks;  /* bit 7 blinks; else it is a bright background */
};

uint16_t pen_from_attribute(const struct pen_rules *rules, uint8_t attribute);

/** Return: whether a blank looks the same with both pens, the second of which has been sent. */
bool pen_blank_equal(uint16_t wanted, uint16_t sent);

/** Size of the longest sequence. */
#define PEN_SEQUENCE_BYTES 16u

/** Write to @bytes the shortest sequence that changes the terminal's pen from @from to @to. Return:
 * its length. */
uint32_t pen_change(uint16_t from, uint16_t to, uint8_t bytes[PEN_SEQUENCE_BYTES]);

#endif
