/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Time that only goes on. */
#ifndef DOM0_CLOCK_H
#define DOM0_CLOCK_H

#include <stdint.h>
#include <time.h>

/** Milliseconds since some moment in the past. */
static inline uint64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

#endif
