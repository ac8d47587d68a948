/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A monotonic clock. */
#ifndef HOOKD_CLOCK_H
#define HOOKD_CLOCK_H

#include <stdint.h>

/** Return: milliseconds since some moment in the past. */
uint64_t clock_ms(void);

#endif
