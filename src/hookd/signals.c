/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "signals.h"

#include <stddef.h>

void signals_fill(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGCHLD);
}

void signals_block(void)
{
    sigset_t set;

    signals_fill(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}
