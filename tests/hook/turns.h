/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The daemon's loop and a test take turns. hook_run runs in a thread until it calls poll(), and
 * waits there until the test lets it continue. Time passes only while it waits.
 */
#ifndef HOOK_TURNS_H
#define HOOK_TURNS_H

#include <stdbool.h>

#include "options.h"

/** Start hook_run, for the first time or after its end, and let it run until it waits. */
void turns_begin(const struct options *options);

/** Let hook_run continue for @ms of the model's time, or until it returns. */
void turns_pass(unsigned ms);

/** Return: whether hook_run has returned, and its return value. */
bool turns_ended(void);
int turns_status(void);

/** Return: how often hook_run has called poll(), including polls without a timeout. */
unsigned turns_waits(void);

#endif
