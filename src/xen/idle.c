/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "idle.h"

#include "cpu.h"
#include "hypercall.h"
#include "platform.h"

void idle_begin(struct idle *idle)
{
    idle->clock = platform_clock();
    idle->tsc = cpu_tsc();
}

bool idle_exceeds(const struct idle *idle, uint32_t ms)
{
    /* Xen gives the rate in kHz, which is counts in a millisecond. */
    uint64_t limit = (uint64_t)hypercall_tsc_khz() * ms;

    if (limit)
        return cpu_tsc() - idle->tsc >= limit;
    return platform_elapsed_ms(idle->clock) >= ms;
}
