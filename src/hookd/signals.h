/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The signals that the daemon waits for: SIGTERM, SIGINT and SIGCHLD. */
#ifndef HOOKD_SIGNALS_H
#define HOOKD_SIGNALS_H

#include <signal.h>

/** Fill @set with these signals and no others. */
void signals_fill(sigset_t *set);

/** Block these signals until they are read, in all children too; and ignore SIGPIPE. */
void signals_block(void);

#endif
