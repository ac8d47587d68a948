/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What happens while the firmware waits. A file of its own, because tests/world has another one. */
#include "model/clock.h"
#include "model/world.h"
#include "xen/base/platform.h"

static uint32_t pause_us;

void clock_set_pause_us(uint32_t us)
{
    pause_us = us;
}

static bool (*pause_hook)(void);

void clock_set_pause_hook(bool (*hook)(void))
{
    pause_hook = hook;
}

void platform_pause(void)
{
    if (pause_hook && pause_hook())
        return;
    clock_advance_us(pause_us);
    world_run();
}
