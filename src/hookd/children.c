/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "children.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static struct killed {
    pid_t process; /* 0: none */
    uint64_t tag;
} killed[CHILD_KINDS][CHILDREN_MAX];

static unsigned counts[CHILD_KINDS];

pid_t child_start(enum child_kind kind)
{
    errno = EBUSY;
    pid_t process = counts[kind] < CHILDREN_MAX ? fork() : -1;
    if (process > 0)
        counts[kind]++;
    return process;
}

bool child_has_ended(enum child_kind kind, pid_t process, int *status)
{
    pid_t reaped = waitpid(process, status, WNOHANG);

    if (!reaped)
        return false;
    if (reaped < 0)
        *status = SIGKILL; /* its status is lost */
    counts[kind]--;
    return true;
}

void child_kill(enum child_kind kind, pid_t process, uint64_t tag)
{
    struct killed *slot = killed[kind];

    kill(process, SIGKILL);
    while (slot->process)
        slot++;
    *slot = (struct killed){process, tag};
}

bool child_is_killed(enum child_kind kind, uint64_t tag)
{
    for (unsigned i = 0; i < CHILDREN_MAX; i++)
        if (killed[kind][i].process && killed[kind][i].tag == tag)
            return true;
    return false;
}

void children_reap(void)
{
    int status;

    for (unsigned kind = 0; kind < CHILD_KINDS; kind++)
        for (unsigned i = 0; i < CHILDREN_MAX; i++)
            if (killed[kind][i].process && child_has_ended(kind, killed[kind][i].process, &status))
                killed[kind][i].process = 0;
}
