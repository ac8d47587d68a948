/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * UTF-8, byte by byte. Source: RFC 3629.
 */
#ifndef KEY_UTF8_H
#define KEY_UTF8_H

#include <stdbool.h>
#include <stdint.h>

/** A character of several bytes that is not complete. */
struct key_utf8 {
    uint8_t missing; /* bytes; 0: complete */
    uint32_t code_point;
    uint32_t min; /* smallest code point that needs this many bytes */
};

/** Begin a character with @byte. Return: whether @byte is the first of several bytes. */
bool key_utf8_begin(struct key_utf8 *utf8, uint8_t byte);

/** Add @byte. Return: whether it continues the character; if not, the character is broken off. */
bool key_utf8_add(struct key_utf8 *utf8, uint8_t byte);

/** Return: the code point of a complete character, 0 if it has more bytes than it needs. */
uint32_t key_utf8_end(const struct key_utf8 *utf8);

#endif
