/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "instant.h"

#include "cpu.h"
#include "hypercall.h"

struct instant instant_now(void)
{
    struct instant now = {.tsc = cpu_tsc()};

    return now;
}

bool instant_exceeds(const struct instant *since, const struct instant *now, uint32_t ms)
{
    /* Xen gives the rate in kHz, which is counts in a millisecond. */
    return now->tsc - since->tsc >= (uint64_t)hypercall_tsc_khz() * ms;
}
