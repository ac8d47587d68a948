/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Parse decimal numbers as xenstore holds them.
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

#endif
