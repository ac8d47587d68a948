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
    /* The rate is in kHz, which is counts per millisecond. */
    return now->tsc - since->tsc >= (uint64_t)hypercall_tsc_khz() * ms;
}
