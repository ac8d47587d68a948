/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The clock of the platform port, made of a counter that runs on while the guest does not.
 *
 * Dom0 may pause the guest at any instruction, for hours; a save and a restore, or a migration,
 * stop it for seconds. Xen's time goes on meanwhile, and a limit that counted it would be over
 * before a backend that is new has done its first step. Within a wait the clock is read every few
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
 * Read the clock. @counter: a counter that wraps around; @gap: what is counted at most between two
 * readings. Return: the present instant, in units of the counter, which wraps around too.
 */
uint32_t steady_clock_read(struct steady_clock *clock, uint32_t counter, uint32_t gap);

#endif
