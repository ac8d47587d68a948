/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/clock.h"

#include "seabios/port/steady_clock.h"
#include "xen/base/platform.h"

#define PAUSE_US 500u

/* The firmware's clock counts microseconds in 32 bits; tests have to see it wrap around. */
#define START_US (UINT32_MAX - 3000u)

/* The part of a stop that the firmware's clock counts: little against the shortest limits, as in
 * the ROM. */
#define GAP_US 20000u

static uint64_t now_us, stopped_us;
static struct steady_clock steady;

void clock_reset(void)
{
    now_us = stopped_us = 0;
    clock_set_pause_us(PAUSE_US);
    steady.counter = steady.now = START_US;
}

uint64_t clock_now_us(void)
{
    return now_us;
}

void clock_advance_us(uint64_t us)
{
    now_us += us;
}

void clock_stop_us(uint64_t us)
{
    now_us += us;
    stopped_us += us;
}

uint64_t clock_stopped_us(void)
{
    return stopped_us;
}

uint32_t platform_clock(void)
{
    return steady_clock_read(&steady, (uint32_t)(now_us + START_US), GAP_US);
}

uint32_t platform_elapsed_ms(uint32_t since)
{
    return (platform_clock() - since) / 1000;
}
