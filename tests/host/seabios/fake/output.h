/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* SeaBIOS' output, which goes to the log of the tests. */
#ifndef FAKE_OUTPUT_H
#define FAKE_OUTPUT_H

#include "config.h"
#include "types.h"
#include "xen/base/platform.h"

#define dprintf(level, ...) platform_log(__VA_ARGS__)
#define warn_noalloc()      platform_log("no memory\n")

/* Format a text into memory of its own. */
char *znprintf(size_t size, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
