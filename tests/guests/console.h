/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdarg.h>
#include <stddef.h>

/* print() with its arguments already collected. */
void print_arguments(const char *format, va_list arguments);

/* The same into a buffer of `size` bytes, as a string that is cut off if it does not fit. Returns
 * the length of the whole text. */
size_t print_to_buffer(char *buffer, size_t size, const char *format, va_list arguments);

#endif
