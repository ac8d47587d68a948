/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "log_memory.h"

#include "bytes.h"

void log_anchor_make(struct log_anchor *anchor, uint32_t address, uint32_t bytes)
{
    const uint8_t *byte = (const uint8_t *)anchor;
    uint8_t sum = 0;

    bytes_copy(anchor->signature, LOG_ANCHOR_SIGNATURE, sizeof(anchor->signature));
    anchor->version = LOG_ANCHOR_VERSION;
    anchor->length = sizeof(*anchor);
    anchor->checksum = anchor->reserved = 0;
    anchor->address = address;
    anchor->bytes = bytes;
    for (uint32_t i = 0; i < sizeof(*anchor); i++)
        sum += byte[i];
    anchor->checksum = (uint8_t)-sum;
}

void log_ring_make(struct log_ring *ring, uint32_t bytes)
{
    ring->signature = LOG_RING_SIGNATURE;
    ring->bytes = bytes;
    ring->written = ring->reserved = 0;
}

uint32_t log_ring_read(const struct log_ring *ring, uint32_t bytes, uint32_t *position,
                       char *buffer, uint32_t size)
{
    uint32_t written = ring->written, count = 0;

    if (written - *position > bytes)
        *position = written - bytes;
    for (; count < size && *position != written; ++*position)
        buffer[count++] = (char)ring->data[*position & (bytes - 1)];
    return count;
}
