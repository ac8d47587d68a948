/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Buffers with guards around them, which show a write outside the buffer. */
#ifndef BUFFER_H
#define BUFFER_H

#include "int13.h"

/* More than a page on each side, to catch a transfer of whole pages or sectors too. */
#define GUARD 0x1100u

/* The number of alignments that buffer_aligned knows. */
unsigned buffer_alignments(void);

/* An address that the given form can use, with alignment number `alignment` (any number). */
uint32_t buffer_aligned(enum form form, unsigned alignment);

/* An address, odd or even, whose buffer of `size` bytes runs over a 64 KiB boundary of memory. */
uint32_t buffer_across(enum form form, uint32_t size);

/* Fill a buffer of `size` bytes and its guards. */
void buffer_guard(uint32_t buffer, uint32_t size);

/* Whether the guards are unchanged; a failed check gives the place. */
bool buffer_guard_intact(uint32_t buffer, uint32_t size, const char *what);

/* Whether the buffer and its guards are unchanged. */
bool buffer_untouched(uint32_t buffer, uint32_t size, const char *what);

#endif
