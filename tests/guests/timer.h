/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Time: the ACPI power-management timer. Xen provides it in every HVM guest, and it counts on
 * whether or not the guest runs. It wraps around every 4.7 s, so read it more often than that.
 */
#ifndef TIMER_H
#define TIMER_H

#include "ports.h"

#include <stdint.h>

#define TIMER_PORT 0xb008
#define TIMER_HZ   3579545u
#define TIMER_MASK 0xffffffu

static inline uint32_t timer_read(void)
{
    return port_read32(TIMER_PORT) & TIMER_MASK;
}

/* Return the ticks since `*before`, and set it to the current time. */
static inline uint32_t timer_lap(uint32_t *before)
{
    uint32_t now = timer_read(), ticks = (now - *before) & TIMER_MASK;

    *before = now;
    return ticks;
}

#endif
