/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The hook at work: all domains of a host, in one loop that never waits for one of them. */
#ifndef HOOKD_HOOK_H
#define HOOKD_HOOK_H

#include "options.h"

/**
 * Attend to domains until SIGTERM or SIGINT, then leave in order: who waits gets its answer, and
 * nothing is left in xenstore or in Xen. With options->release it leaves at once.
 * signals_block has to be called before.
 * @return the exit status of the process.
 */
int hook_run(const struct options *options);

#endif
