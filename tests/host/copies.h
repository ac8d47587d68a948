/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Counts the bytes that the core copies. Included in front of each of its files, it takes the place
 * of the builtin that they copy with.
 */
#ifndef COPIES_H
#define COPIES_H

#include <stddef.h>

#define __builtin_memcpy copies_memcpy

void *copies_memcpy(void *to, const void *from, size_t count);

/** Called before each copy of a sector or more; may be NULL. */
extern void (*copies_hook)(void);

/** Bytes in copies of a sector or more, since the start. */
extern unsigned copies_bytes;

#endif
