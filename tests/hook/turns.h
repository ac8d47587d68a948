/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The hook's loop and a test in turn: the hook runs in a thread of its own until it would wait, and
 * waits in place of poll() until the test lets it go on. Time passes only while it waits.
 */
#ifndef HOOK_TURNS_H
#define HOOK_TURNS_H

#include <stdbool.h>

#include "options.h"

/** Start hook_run, and let it do what it can at once. */
void turns_begin(const struct options *options);

/** Let the hook go on for so long of the model's time. It may end meanwhile. */
void turns_pass(unsigned ms);

/** Whether hook_run has returned, and what. */
bool turns_ended(void);
int turns_status(void);

/** How often the hook has waited; what is past its time at once counts too. */
unsigned turns_waits(void);

#endif
