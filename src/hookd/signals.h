/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The signals that the daemon takes when it is ready for them: SIGTERM, SIGINT and SIGCHLD. */
#ifndef HOOKD_SIGNALS_H
#define HOOKD_SIGNALS_H

#include <signal.h>

/** These signals, and no other. */
void signals_fill(sigset_t *set);

/** Have them wait until they are taken, here and in all children; and ignore SIGPIPE. */
void signals_block(void);

#endif
