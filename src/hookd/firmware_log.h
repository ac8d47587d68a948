/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The firmware's log in a guest's memory (log_memory.h): find it, copy it, print it. The guest can
 * write all of it at any time, so nothing of it is trusted. Knows nothing of Xen; it is fuzzed.
 */
#ifndef HOOKD_FIRMWARE_LOG_H
#define HOOKD_FIRMWARE_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "xen/base/log_memory.h"

/** Where the ring is; bytes is 0 if the firmware keeps no log. */
struct firmware_log_place {
    uint32_t address; /* of its header */
    uint32_t bytes;   /* without the header */
};

/** Find the anchor. @area: a copy of the LOG_AREA_BYTES bytes from LOG_AREA_ADDRESS on. Return:
 * whether it has one, with a place within the limits of log_memory.h. */
bool firmware_log_find(const uint8_t *area, struct firmware_log_place *place);

/** What was copied: the bytes @first to @end - 1 of the log. */
struct firmware_log {
    uint8_t *data;       /* byte N is in data[N % bytes]; to be freed */
    uint32_t bytes;      /* as the place says */
    uint32_t first, end; /* modulo 2^32 */
};

/**
 * Copy a ring that the guest may write to meanwhile. @ring: its header and the bytes after it, at
 * the @place. Return: false with errno: ENODATA if it is no ring of that size or changes too fast,
 * ENOMEM.
 */
bool firmware_log_copy(const void *ring, const struct firmware_log_place *place,
                       struct firmware_log *log);

/** Print a log, from the first line whose beginning is known on. All but printable ASCII
 * characters, newlines and tabs is printed as \xNN, and ends on a newline. */
void firmware_log_print(FILE *file, const struct firmware_log *log);

#endif
