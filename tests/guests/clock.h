/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Time for measurements: the time-stamp counter, checked against the ACPI timer (timer.h), which
 * shows Xen's own clock. Where Xen emulates the counter, reading it costs half as much as reading
 * the timer.
 */
#ifndef GUEST_CLOCK_H
#define GUEST_CLOCK_H

#include <stdint.h>

/* Get the counter's rate from Xen; the program ends, with a failed check, if Xen does not give it.
 * For guests without the ACPI timer. */
void clock_find_rate(void);

/* Get the counter's rate from Xen and compare the clocks for a moment. Ends the program, with a
 * failed check, if Xen does not give the rate or the two clocks disagree. */
void clock_start(void);

/* The time-stamp counter. */
static inline uint64_t clock_read(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* Counts in microseconds and nanoseconds; the result must be below 2^32. */
uint32_t clock_microseconds(uint64_t counts);
uint32_t clock_nanoseconds(uint64_t counts);

/* Sort measurements, the least first. */
void clock_sort(uint32_t *values, unsigned count);

/* Milliseconds in counts. */
uint64_t clock_counts(uint32_t milliseconds);

/* Wait this long. Needs only the counter, and so works in a PVH guest too. */
void clock_pause(uint32_t milliseconds);

/*
 * A stretch of time on both clocks. Xen's wraps around every 4.7 s, so call stretch_lap more often
 * than that.
 */
struct stretch {
    uint64_t begun;
    uint32_t before, ticks;
};

void stretch_begin(struct stretch *stretch);
void stretch_lap(struct stretch *stretch);

/* End the stretch. Return its microseconds. A check fails if the clocks disagree by more than 2 %.
 */
uint32_t stretch_end(struct stretch *stretch, const char *what);

#endif
