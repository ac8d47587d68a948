/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A process that starts the one that works, and starts it again should it die. What the worker had
 * claimed stays claimed meanwhile; the next one takes it over.
 */
#ifndef HOOKD_SUPERVISOR_H
#define HOOKD_SUPERVISOR_H

#include "options.h"

/** A worker that dies so often within so long is not started again. */
#define SUPERVISOR_DEATHS_MAX 5u
#define SUPERVISOR_PERIOD_MS  60000u

/**
 * Have hook_run done in a child until that ends by itself; SIGTERM and SIGINT are handed on to it.
 * signals_block has to be called before.
 * @return the exit status of the process: the worker's, or 1 if it keeps dying
 */
int supervisor_run(const struct options *options);

#endif
