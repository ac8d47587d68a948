/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "decimal.h"

bool decimal_parse_u64(const char *text, uint64_t max, uint64_t *number)
{
    uint64_t value = 0;

    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        /* Twenty digits can overflow; stop well before that. */
        if (value >= UINT64_C(1000000000000000000))
            return false;
        value = value * 10 + (uint64_t)(*text - '0');
    }
    if (value > max)
        return false;
    *number = value;
    return true;
}

/* Divide by ten. The ROM has no division of 64-bit numbers, so divide 16 bits at a time, as by
 * hand. Return: the remainder. */
static uint32_t decimal_divide(uint64_t *number)
{
    uint64_t quotient = 0;
    uint32_t remainder = 0;

    for (int shift = 48; shift >= 0; shift -= 16) {
        uint32_t part = remainder << 16 | (uint16_t)(*number >> shift);

        quotient = quotient << 16 | part / 10;
        remainder = part % 10;
    }
    *number = quotient;
    return remainder;
}

const char *decimal_format(uint64_t number, char text[DECIMAL_TEXT_BYTES])
{
    char *at = text + DECIMAL_TEXT_BYTES - 1;

    *at = 0;
    do {
        *--at = (char)('0' + decimal_divide(&number));
    } while (number);
    return at;
}
