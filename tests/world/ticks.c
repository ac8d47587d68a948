/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "ticks.h"

#include "script.h"
#include "turns.h"

#include "model/clock.h"
#include "seabios/int13/bios_disks.h"
#include "seabios/int13/kept.h"
#include "seabios/port/task.h"
#include "xen/base/platform.h"
#include "xen/disk/disks_handover.h"

#include <stddef.h>

static uint64_t next_us = UINT64_MAX;
static uint32_t pause_us;

void ticks_begin(void)
{
    next_us =
        script_has_ticks() ? clock_now_us() + random_below(&turns_random, TICK_US) : UINT64_MAX;
}

void ticks_end(void)
{
    next_us = UINT64_MAX;
}

/* As xenpv_kept_tick, in real mode. */
static void tick_if_due(void)
{
    if (clock_now_us() < next_us)
        return;
    next_us = clock_now_us() + TICK_US;
    if (XenpvKept == DISKS_KEPT_OPEN)
        xenpv_kept_tick_32(0);
}

void ticks_pass(uint64_t us)
{
    uint64_t end_us = clock_now_us() + us;

    while (clock_now_us() < end_us) {
        uint64_t until_us = next_us < end_us ? next_us : end_us;

        if (clock_now_us() < until_us)
            sleep_until(NULL, NULL, until_us);
        tick_if_due();
    }
}

/**** What the firmware does while it waits ****/

void clock_set_pause_us(uint32_t us)
{
    pause_us = us;
}

void platform_pause(void)
{
    if (task_pause())
        return;
    sleep_us(pause_us);
    tick_if_due();
}
