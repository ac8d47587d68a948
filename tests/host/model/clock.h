/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The clock. It moves only while the firmware waits, so a limit of 30 s costs a test nothing.
 */
#ifndef MODEL_CLOCK_H
#define MODEL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/** Start again, a little before the firmware's 32-bit clock wraps around. */
void clock_reset(void);

/** Microseconds since clock_reset. */
uint64_t clock_now_us(void);

/** Let time pass. */
void clock_advance_us(uint64_t us);

/** Let time pass in which the guest does not run; and the sum of such times since clock_reset. */
void clock_stop_us(uint64_t us);
uint64_t clock_stopped_us(void);

/** Set what comes before each platform_pause, or NULL; if it returns true, nothing else happens. */
void clock_set_pause_hook(bool (*hook)(void));

/** Set how much time passes in one platform_pause. */
void clock_set_pause_us(uint32_t us);

#endif
