/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Code page 437, the characters of the PC, in Unicode.
 */
#ifndef VGASRC_CP437_H
#define VGASRC_CP437_H

#include <stdint.h>

/** Size of the longest character in UTF-8. */
#define CP437_UTF8_BYTES 3u

/** Return: what @character looks like on the screen, in Unicode. 00h to 1Fh are pictures as well.
 * 00h and FFh are spaces. */
uint16_t cp437_unicode(uint8_t character);

/** Write what @character looks like to @bytes, in UTF-8. Return: the number of bytes. */
uint32_t cp437_encode(uint8_t character, uint8_t bytes[CP437_UTF8_BYTES]);

/** Return: the character from 80h on that looks like @unicode; 0 if there is none. FFh is the space
 * that does not break. The pictures below 20h are left out: a program takes these bytes for control
 * characters. */
uint8_t cp437_find(uint32_t unicode);

#endif
