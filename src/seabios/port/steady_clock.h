/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The clock of the platform port, made of a counter that keeps running while the guest does not.
 *
 * Dom0 may pause the guest at any instruction, for hours; a save and a restore, or a migration,
 * stop it for seconds. Xen's time continues meanwhile, and a limit that included it would expire
 * before a new backend has taken its first step. Within a wait the clock is read every few
 * milliseconds, so a long gap between two readings is a stop, of which only a part is counted.
 * Outside a wait the clock is not read.
 */
#ifndef SEABIOS_STEADY_CLOCK_H
#define SEABIOS_STEADY_CLOCK_H

#include <stdint.h>

struct steady_clock {
    uint32_t counter; /* at the last reading */
    uint32_t now;
};

/**
 * Read the clock. @counter: the counter, which wraps around; @gap: the maximum that is counted
 * between two readings. Return: the current time in units of the counter; it wraps around too.
 */
uint32_t steady_clock_read(struct steady_clock *clock, uint32_t counter, uint32_t gap);

#endif
