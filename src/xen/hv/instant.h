/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Points in time far apart: between two calls of int13 an operating system may have had the
 * machine, for a second or for a month.
 *
 * They are read from the time-stamp counter, which does not go round; the platform's clock does, in
 * minutes, and may not go on while nobody looks at it. To read the counter may be an exit to Xen,
 * so a call of int13 does it once.
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
 * Whether @ms milliseconds or more may have passed from @since until @now: always where Xen does
 * not say how fast the counter runs, and when it has been set back.
 */
bool instant_exceeds(const struct instant *since, const struct instant *now, uint32_t ms);

#endif
