/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "instant.h"

#include "cpu.h"
#include "hypercall.h"
#include "platform.h"

struct instant instant_now(void)
{
    struct instant now = {0};

    if (hypercall_tsc_khz())
        now.tsc = cpu_tsc();
    else
        now.clock = platform_clock();
    return now;
}

bool instant_exceeds(const struct instant *since, const struct instant *now, uint32_t ms)
{
    /* Xen gives the rate in kHz, which is counts in a millisecond. */
    uint64_t limit = (uint64_t)hypercall_tsc_khz() * ms;

    if (limit)
        return now->tsc - since->tsc >= limit;
    return platform_elapsed_ms(since->clock) >= ms;
}
