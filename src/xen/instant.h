/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Points in time far apart: between two calls of int13 an operating system may have had the
 * machine, for a second or for a month.
 *
 * To read the time-stamp counter may be an exit to Xen, so a call of int13 does it once.
 */
#ifndef XEN_INSTANT_H
#define XEN_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

struct instant {
    uint64_t tsc;   /* does not go round */
    uint32_t clock; /* of the platform, where Xen does not say how fast the other one is */
};

struct instant instant_now(void);

/** Whether at least @ms milliseconds have passed from @since until @now. */
bool instant_exceeds(const struct instant *since, const struct instant *now, uint32_t ms);

#endif
