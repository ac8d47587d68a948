/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Counts what the core copies: included in front of each of its files, whose copies go by the
 * builtin's name.
 */
#ifndef COPIES_H
#define COPIES_H

#include <stddef.h>

#define __builtin_memcpy copies_memcpy

void *copies_memcpy(void *to, const void *from, size_t count);

/** Called before each copy of a sector or more; NULL: nothing is. */
extern void (*copies_hook)(void);

/** Bytes in copies of a sector or more, since the start. */
extern unsigned copies_bytes;

#endif
