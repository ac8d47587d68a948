/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Time for measurements: the time-stamp counter, checked against Xen's own clock by way of the ACPI
 * timer (timer.h). Where Xen emulates the counter, reading it costs half of what the timer costs.
 */
#ifndef GUEST_CLOCK_H
#define GUEST_CLOCK_H

#include <stdint.h>

/* Learn the counter's rate from Xen and try it for a moment. Ends the program, with a failed check,
 * if Xen does not tell it or if the two clocks disagree. */
void clock_start(void);

/* The time-stamp counter. */
static inline uint64_t clock_read(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* Microseconds and nanoseconds of so many counts: less than 2^32 of them. */
uint32_t clock_microseconds(uint64_t counts);
uint32_t clock_nanoseconds(uint64_t counts);

/* The counts of so many milliseconds. */
uint64_t clock_counts(uint32_t milliseconds);

/*
 * A stretch of time seen by both clocks. Xen's wraps around every 4.7 s, so stretch_lap is called
 * more often than that.
 */
struct stretch {
    uint64_t begun;
    uint32_t before, ticks;
};

void stretch_begin(struct stretch *stretch);
void stretch_lap(struct stretch *stretch);

/* End it: its microseconds. A failed check if the clocks disagree by more than 2 %. */
uint32_t stretch_end(struct stretch *stretch, const char *what);

#endif
