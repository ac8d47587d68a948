/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The input of the target "domain" as numbers and values. After its end it reads as zeros.
 */
#ifndef FUZZ_DOMAIN_INPUT_H
#define FUZZ_DOMAIN_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void input_begin(const uint8_t *data, size_t size);
bool input_is_left(void);

uint8_t input_byte(void);

/** Return: a number below @count, which is at most 256. */
unsigned input_below(unsigned count);

/** Return: mostly a small number, else any of 32 bits. */
uint32_t input_number(void);

/** A value of xenstore: nearly valid, of any bytes, or very long. */
struct value {
    const char *bytes;
    size_t length;
};

/** Return: a value, valid until the next call. */
struct value input_value(void);

/** Return: the mark of disk @disk, exact, with another number, or with a byte more. Valid as above.
 */
struct value input_mark(unsigned disk);

#endif
