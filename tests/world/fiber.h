/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Processors and processes of the world: each has a stack of its own, and runs until it gives the
 * host's processor away itself. So two of them can be interleaved in any way, and one can be
 * abandoned wherever it is, as by SIGKILL or by the end of its domain.
 */
#ifndef WORLD_FIBER_H
#define WORLD_FIBER_H

#include <stdbool.h>

struct fiber;

typedef void fiber_main(void *context);

/** Make one; it begins with the first fiber_resume. */
struct fiber *fiber_start(fiber_main *main, void *context);

/** Let it run until it yields or ends. Not to be called by a fiber. */
void fiber_resume(struct fiber *fiber);

/** Give the processor away: fiber_resume returns. To be called by a fiber. */
void fiber_yield(void);

bool fiber_has_ended(const struct fiber *fiber);

/** The one that runs; NULL: none does. */
struct fiber *fiber_running(void);

/** It is no more, whatever it was doing. Not to be called by itself. */
void fiber_abandon(struct fiber *fiber);

#endif
