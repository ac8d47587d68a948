/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small timer.c: points in time, in 32 bits, of a timer whose rate may be set. */
#include "config.h"
#include "machine.h"
#include "util.h"
#include "x86.h" // rdtscll

/* The model's time-stamp counter has 2.4 GHz. */
#define COUNTS    1000
#define TIMER_KHZ 2400u

void timer_setup(void)
{
    machine.timer_measurements++;
}

void tsctimer_setfreq(u32 khz, const char *source)
{
    (void)source;
    machine.tsc_khz = khz;
}

static u32 timer_read(void)
{
    return (u32)(rdtscll() / COUNTS);
}

u32 timer_calc_usec(u32 usecs)
{
    return timer_read() + usecs / 1000 * TIMER_KHZ + usecs % 1000 * TIMER_KHZ / 1000;
}

int timer_check(u32 end)
{
    return (s32)(timer_read() - end) > 0;
}
