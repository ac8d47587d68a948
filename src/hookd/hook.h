/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The daemon's loop over all domains of a host. It never waits for a single domain. */
#ifndef HOOKD_HOOK_H
#define HOOKD_HOOK_H

#include "options.h"

/**
 * Attend to domains until SIGTERM or SIGINT. Then answer each access that waits, remove everything
 * from xenstore and Xen, and return. With options->release, begin to stop at once.
 *
 * Call signals_block before. Return: the exit status of the process.
 */
int hook_run(const struct options *options);

#endif
