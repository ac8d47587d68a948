/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The daemon's loop over all domains of a host. It never waits for a single domain. */
#ifndef HOOKD_HOOK_H
#define HOOKD_HOOK_H

#include "options.h"

/** What hook_run returns. */
enum hook_status {
    HOOK_STOPPED = 0,
    HOOK_FAILED = 1,       /* stopped, but xenstored did not answer: keys and records may be left */
    HOOK_UNCONNECTED = 10, /* Xen or xenstored cannot be reached */
    HOOK_LOST = 11,        /* the connection is lost; no guest waits, and no port is claimed */
    HOOK_RESTART = 12,     /* xenstored did not answer, and does again: call hook_run again */
};

/**
 * Attend to domains until SIGTERM or SIGINT. Then answer each access that waits, remove everything
 * from xenstore and Xen, and return. With options->release, begin to stop at once.
 *
 * Call signals_block before. Return: an enum hook_status.
 */
int hook_run(const struct options *options);

#endif
