/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Rings of bytes in a page that another domain shares: xenstore's and the console's. Their indexes
 * run free, and their sizes are powers of two.
 */
#ifndef XEN_BYTE_RING_H
#define XEN_BYTE_RING_H

#include <stdint.h>

/**
 * Copy @count bytes to or from a ring of @size bytes, beginning at @index. The copy wraps around at
 * the end of the ring.
 *
 * The caller has checked that @count bytes of the ring are its own, and then moves the index, which
 * gives them to the other side.
 */
void byte_ring_put(volatile char *ring, uint32_t size, uint32_t index, const char *from,
                   uint32_t count);
void byte_ring_take(const volatile char *ring, uint32_t size, uint32_t index, char *to,
                    uint32_t count);

#endif
