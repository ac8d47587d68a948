/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Buffers with guarded surroundings. */
#ifndef BUFFER_H
#define BUFFER_H

#include "int13.h"

/* More than a page on each side: a transfer of whole pages or sectors is seen as well. */
#define GUARD 0x1100u

/* The number of alignments that buffer_aligned knows. */
unsigned buffer_alignments(void);

/* An address of the given form's kind with alignment number `alignment` (any number will do). */
uint32_t buffer_aligned(enum form form, unsigned alignment);

/* An address, odd or even, whose buffer of `size` bytes runs over a 64 KiB boundary of memory. */
uint32_t buffer_across(enum form form, uint32_t size);

/* Fill a buffer of `size` bytes and its surroundings. */
void buffer_guard(uint32_t buffer, uint32_t size);

/* Whether the surroundings are as buffer_guard left them; a failed check says where not. */
bool buffer_guard_intact(uint32_t buffer, uint32_t size, const char *what);

/* Whether buffer and surroundings are as buffer_guard left them. */
bool buffer_untouched(uint32_t buffer, uint32_t size, const char *what);

#endif
