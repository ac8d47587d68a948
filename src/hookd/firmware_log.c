/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "firmware_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* An anchor of a later version may be longer. */
static bool anchor_is_whole(const uint8_t *at, uint32_t left)
{
    const struct log_anchor *anchor = (const void *)at;
    uint8_t sum = 0;

    if (left < sizeof(*anchor) ||
        memcmp(anchor->signature, LOG_ANCHOR_SIGNATURE, sizeof(anchor->signature)) != 0 ||
        anchor->version != LOG_ANCHOR_VERSION || anchor->length < sizeof(*anchor) ||
        anchor->length > left)
        return false;
    for (uint32_t i = 0; i < anchor->length; i++)
        sum += at[i];
    return !sum;
}

static bool place_is_valid(const struct firmware_log_place *place)
{
    if (!place->bytes)
        return true;
    return place->bytes >= LOG_RING_BYTES_MIN && place->bytes <= LOG_RING_BYTES_MAX &&
           !(place->bytes & (place->bytes - 1)) && !(place->address % LOG_ANCHOR_ALIGN) &&
           place->address >= LOG_AREA_ADDRESS + LOG_AREA_BYTES &&
           place->address <= UINT32_MAX - place->bytes - sizeof(struct log_ring);
}

bool firmware_log_find(const uint8_t *area, struct firmware_log_place *place)
{
    for (uint32_t at = 0; at < LOG_AREA_BYTES; at += LOG_ANCHOR_ALIGN) {
        const struct log_anchor *anchor = (const void *)(area + at);

        if (!anchor_is_whole(area + at, LOG_AREA_BYTES - at))
            continue;
        *place = (struct firmware_log_place){.address = anchor->address, .bytes = anchor->bytes};
        if (place_is_valid(place))
            return true;
    }
    return false;
}

/* What the guest can change at any moment is read once. */
static uint32_t read_once(const uint32_t *number)
{
    return __atomic_load_n(number, __ATOMIC_ACQUIRE);
}

bool firmware_log_copy(const void *memory, const struct firmware_log_place *place,
                       struct firmware_log *log)
{
    const struct log_ring *ring = memory;
    uint32_t size = place->bytes;

    errno = ENODATA;
    if (read_once(&ring->signature) != LOG_RING_SIGNATURE || read_once(&ring->bytes) != size)
        return false;
    *log = (struct firmware_log){.data = malloc(size), .bytes = size};
    if (!log->data) {
        errno = ENOMEM;
        return false;
    }
    log->end = read_once(&ring->written);
    memcpy(log->data, ring->data, size);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    uint32_t after = read_once(&ring->written);
    /* The firmware may be storing byte number "after" in the place of the oldest one. */
    log->first = after < size ? 0 : after - size + 1;
    if (after - log->end >= size || log->end - log->first > size) {
        free(log->data);
        log->data = NULL;
        errno = ENODATA;
        return false;
    }
    return true;
}

static void byte_print(FILE *file, uint8_t byte)
{
    if ((byte >= ' ' && byte <= '~') || byte == '\n' || byte == '\t')
        putc(byte, file);
    else
        fprintf(file, "\\x%02x", byte);
}

void firmware_log_print(FILE *file, const struct firmware_log *log)
{
    uint32_t at = log->first;
    uint8_t last = '\n';

    /* The beginning of the first line was overwritten. */
    while (log->first && at != log->end && log->data[at % log->bytes] != '\n')
        at++;
    at += log->first && at != log->end;
    for (; at != log->end; at++) {
        last = log->data[at % log->bytes];
        byte_print(file, last);
    }
    if (last != '\n')
        putc('\n', file);
}
