/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Characters of Unicode in the PC's code page 437.
 */
#ifndef KEY_CP437_H
#define KEY_CP437_H

#include <stdint.h>

/**
 * The character of code page 437 for a code point of Unicode, from 80h on.
 *
 * Source: the Unicode Consortium's mapping table CP437.TXT. The pictures at 01h to 1Fh and 7Fh are
 * left out: a program takes these bytes for control characters. Return: 0 if the code page lacks
 * it.
 */
uint8_t key_cp437_find(uint32_t code_point);

#endif
