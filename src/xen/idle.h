/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * How long nothing was heard of: between two calls of int13 an operating system may have had the
 * machine, for a second or for a month.
 */
#ifndef XEN_IDLE_H
#define XEN_IDLE_H

#include <stdbool.h>
#include <stdint.h>

struct idle {
    uint64_t tsc;   /* does not go round, and costs nothing to read */
    uint32_t clock; /* of the platform, for where Xen does not say how fast the other one is */
};

/** Begin to count from now on. */
void idle_begin(struct idle *idle);

/** Whether at least @ms have passed since idle_begin. */
bool idle_exceeds(const struct idle *idle, uint32_t ms);

#endif
