/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "tick_time.h"

#include <stdbool.h>

#include "xen/base/divide.h"

#define TIMER_HZ      1193182u
#define TIMER_DIVISOR 65536u
#define UNITS_PER_MS  6250u

/* More than this many periods from now, a deadline is of another counter. */
#define PERIODS_MOST 64u

void tick_time_begin(struct tick_time *time, uint32_t khz, uint64_t now)
{
    time->khz = khz;
    time->period = (uint32_t)divide_u64((uint64_t)khz * 1000 * TIMER_DIVISOR, TIMER_HZ, 0);
    time->deadline = now + time->period;
}

/* Return: whether a deadline is so far from @now that the counter must have been set. */
static bool is_strange(const struct tick_time *time, uint64_t now)
{
    uint64_t far = (uint64_t)time->period * PERIODS_MOST;

    return time->deadline - now > far && now - time->deadline > far;
}

uint32_t tick_time_next(struct tick_time *time, uint64_t now)
{
    if (is_strange(time, now))
        time->deadline = now;
    /* The tick may come a little early: the local APIC has a clock of its own. */
    do
        time->deadline += time->period;
    while ((int64_t)(time->deadline - now) <= 0);
    return (uint32_t)divide_u64((time->deadline - now) * UNITS_PER_MS + time->khz - 1, time->khz,
                                0);
}
