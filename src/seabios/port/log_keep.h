/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Keep what 32-bit code writes to the debug port in a ring in the guest's memory (log_memory.h).
 * 16-bit code cannot reach the ring: its lines are on the port only.
 */
#ifndef SEABIOS_LOG_KEEP_H
#define SEABIOS_LOG_KEEP_H

#include "types.h" // u32

/** POST, as soon as memory can be allocated: make the ring and its anchor. The log so far, at most
 * 512 bytes, becomes its beginning. Does nothing without Xen. */
void xenpv_log_setup(void);

/**
 * Copy what has been kept since *@position, 0 for the beginning, to @buffer, at most @size bytes,
 * and advance *@position. Return: the number of bytes; 0 without a ring.
 */
u32 xenpv_log_read(u32 *position, char *buffer, u32 size);

/** Keep a byte that 32-bit code has written to the debug port. */
void xenpv_log_keep(char byte);

#endif
