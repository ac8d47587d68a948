/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Time that only goes on. */
#ifndef HOOKD_CLOCK_H
#define HOOKD_CLOCK_H

#include <stdint.h>

/** Milliseconds since some moment in the past. */
uint64_t clock_ms(void);

#endif
