/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Parts of a terminal's control sequences.
 */
#ifndef VGASRC_SEQUENCE_H
#define VGASRC_SEQUENCE_H

#include <stdint.h>

/** A place in a buffer that is large enough. */
struct sequence {
    uint8_t *bytes;
    uint32_t length;
};

static inline void sequence_byte(struct sequence *sequence, char byte)
{
    sequence->bytes[sequence->length++] = (uint8_t)byte;
}

/** ESC [ */
static inline void sequence_begin(struct sequence *sequence)
{
    sequence_byte(sequence, '\033');
    sequence_byte(sequence, '[');
}

/** A number of at most three digits. */
static inline void sequence_number(struct sequence *sequence, uint32_t number)
{
    if (number >= 100)
        sequence_byte(sequence, (char)('0' + number / 100));
    if (number >= 10)
        sequence_byte(sequence, (char)('0' + number / 10 % 10));
    sequence_byte(sequence, (char)('0' + number % 10));
}

#endif
