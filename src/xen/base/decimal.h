/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Decimal numbers: parse them as xenstore holds them, and format those of 64 bits, which the log's
 * formats lack.
 */
#ifndef XEN_DECIMAL_H
#define XEN_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Parse @text, which must be digits and nothing else.
 *
 * Return: whether it is a number of at most @max; *@number is only set if so.
 */
bool decimal_parse_u64(const char *text, uint64_t max, uint64_t *number);

/** Size of the longest text of decimal_format: 20 digits and the terminating zero. */
#define DECIMAL_TEXT_BYTES 21

/** Format @number without leading zeros. @text: scratch memory. Return: the text, in @text. */
const char *decimal_format(uint64_t number, char text[DECIMAL_TEXT_BYTES]);

#endif
