/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "steady_clock.h"

uint32_t steady_clock_read(struct steady_clock *clock, uint32_t counter, uint32_t gap)
{
    uint32_t passed = counter - clock->counter;

    clock->counter = counter;
    clock->now += passed < gap ? passed : gap;
    return clock->now;
}
