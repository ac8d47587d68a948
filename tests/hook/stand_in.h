/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Takes the place of clock.c and log.c: a clock that the test sets, and a log that it reads. */
#ifndef HOOK_STAND_IN_H
#define HOOK_STAND_IN_H

#include <stdint.h>

/** What clock_ms returns. */
extern uint64_t now_ms;

/** The errors that were logged, one after the other. */
extern char report[1024];

#endif
