/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct guard guard;

void guard_require(bool good, const char *rule, const char *file, int line)
{
    if (good)
        return;
    log_show();
    printf("%s:%d: not so: %s\n", file, line, rule);
    fflush(stdout);
    abort();
}

void guard_call(void)
{
    if (guard.at_call)
        guard.at_call();
}

void guard_begin(void)
{
    void (*at_call)(void) = guard.at_call;

    memset(&guard, 0, sizeof(guard));
    guard.at_call = at_call;
    guard_store_begin();
    guard_pages_begin();
    guard_server_begin();
}

void guard_daemon_killed(void)
{
    guard.killed = true;
    guard_store_killed();
    guard_pages_killed();
    guard_server_killed();
}

void guard_daemon_begin(void)
{
    guard_store_daemon_begin();
    guard_server_daemon_begin();
}

void guard_step_check(bool can_answer)
{
    guard_store_check();
    guard_pages_check();
    guard_server_check(can_answer);
}

void guard_removed_check(void)
{
    guard_store_removed_check();
    guard_pages_removed_check();
    guard_server_removed_check();
}
