/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The parent of the worker process, which restarts the worker if it dies, or ends because xenstored
 * did not answer for a time. What the worker had claimed stays claimed meanwhile; the next worker
 * takes it over.
 */
#ifndef HOOKD_SUPERVISOR_H
#define HOOKD_SUPERVISOR_H

#include "options.h"

/** Maximum number of restarts of the worker within a period. */
#define SUPERVISOR_RESTARTS_MAX 5u
#define SUPERVISOR_PERIOD_MS    60000u

/** Time before another try to connect, after a worker has lost Xen or xenstored. */
#define SUPERVISOR_PAUSE_MS 2000u

/**
 * Run hook_run in a child until that returns. Pass SIGTERM and SIGINT on to it, as SIGTERM.
 *
 * Call signals_block before. Return: the exit status of the process: the worker's, or 1 if it keeps
 * dying, or the first one cannot connect.
 */
int supervisor_run(const struct options *options);

#endif
