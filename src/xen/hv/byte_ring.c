/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "byte_ring.h"

#include "xen/base/bytes.h"

/* Return how many of @count bytes lie before the end of the ring. */
static uint32_t byte_ring_contiguous(uint32_t size, uint32_t at, uint32_t count)
{
    return count < size - at ? count : size - at;
}

void byte_ring_put(volatile char *ring, uint32_t size, uint32_t index, const char *from,
                   uint32_t count)
{
    uint32_t at = index & (size - 1), first = byte_ring_contiguous(size, at, count);

    bytes_copy((char *)ring + at, from, first);
    bytes_copy((char *)ring, from + first, count - first);
}

void byte_ring_take(const volatile char *ring, uint32_t size, uint32_t index, char *to,
                    uint32_t count)
{
    uint32_t at = index & (size - 1), first = byte_ring_contiguous(size, at, count);

    bytes_copy(to, (const char *)ring + at, first);
    bytes_copy(to + first, (const char *)ring, count - first);
}
