/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdarg.h>

/* print() with its arguments already collected. */
void print_arguments(const char *format, va_list arguments);

#endif
