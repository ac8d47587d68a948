/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * When the next tick of the timer is due, 18.2 times a second, as a PC's timer has it: its input of
 * 1193182 Hz divided by 65536.
 *
 * Times are counts of the time-stamp counter. Each deadline follows the one before by a fixed
 * period, so a late tick does not make the next ones late. Knows nothing of SeaBIOS, so the host
 * tests can use it.
 */
#ifndef SEABIOS_TICK_TIME_H
#define SEABIOS_TICK_TIME_H

#include <stdint.h>

struct tick_time {
    uint32_t khz;      /* of the time-stamp counter */
    uint32_t period;   /* between ticks */
    uint64_t deadline; /* of the next tick */
};

/** Begin: the first tick is due one period after @now. @khz: the rate of the counter, not 0. */
void tick_time_begin(struct tick_time *time, uint32_t khz, uint64_t now);

/**
 * A tick has come: find out when the next one is due.
 *
 * Ticks that a program has missed are left out, as on a PC, whose timer keeps one at most. If the
 * counter has been set, as after a migration, the deadlines begin again.
 *
 * Return: the time from @now on, in units of 160 ns, at least 1. That is the timer of Xen's local
 * APIC, whose input has 100 MHz, divided by 16.
 */
uint32_t tick_time_next(struct tick_time *time, uint64_t now);

#endif
