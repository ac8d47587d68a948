/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Points in time that may be far apart: between two int13 calls an operating system may have had
 * the machine for a second or for a month.
 *
 * They are read from the time-stamp counter, which does not wrap around. The platform's clock wraps
 * within minutes, and may stand still while it is not read. Reading the counter may be an exit to
 * Xen, so an int13 call does it once.
 */
#ifndef XEN_INSTANT_H
#define XEN_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

struct instant {
    uint64_t tsc;
};

struct instant instant_now(void);

/**
 * Check whether @ms milliseconds or more may have passed from @since until @now. Always true if Xen
 * does not say how fast the counter runs, or if the counter has been set back.
 */
bool instant_exceeds(const struct instant *since, const struct instant *now, uint32_t ms);

#endif
