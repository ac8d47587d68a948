/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "hook.h"
#include "log.h"
#include "signals.h"

static pid_t worker_start(const struct options *options)
{
    pid_t parent = getpid(), worker = fork();

    if (worker)
        return worker;
    /* If the parent dies, nothing would restart the worker: let it shut down cleanly. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1);
    exit(hook_run(options));
}

/* Wait for the worker to end, and pass signals on to it. Return: its status, as of waitpid. */
static int worker_wait(pid_t worker, bool *stop_requested)
{
    sigset_t set;
    int status, signal;

    signals_fill(&set);
    while (waitpid(worker, &status, WNOHANG) != worker) {
        if (sigwait(&set, &signal) || signal == SIGCHLD)
            continue;
        *stop_requested = true;
        kill(worker, SIGTERM);
    }
    return status;
}

/* Return: whether the daemon is to stop, by a signal during the pause or before. */
static bool pause_for_signal(void)
{
    struct timespec left = {SUPERVISOR_PAUSE_MS / 1000, SUPERVISOR_PAUSE_MS % 1000 * 1000000L};
    sigset_t set;

    signals_fill(&set);
    sigdelset(&set, SIGCHLD);
    return sigtimedwait(&set, NULL, &left) > 0;
}

/* Return: whether a worker that has returned is to be replaced. */
static bool worker_is_replaced(int status, bool is_first, bool *stop_requested)
{
    if (status == HOOK_RESTART)
        return true;
    if (status != HOOK_LOST && (status != HOOK_UNCONNECTED || is_first))
        return false;
    *stop_requested = *stop_requested || pause_for_signal();
    return !*stop_requested;
}

/* Return: the exit status of the process. */
static int status_of_process(int status)
{
    return status == HOOK_LOST || status == HOOK_UNCONNECTED ? 1 : status;
}

int supervisor_run(const struct options *options)
{
    uint64_t since = clock_ms();
    bool stop_requested = false, is_first = true;
    unsigned deaths = 0;

    for (;; is_first = false) {
        pid_t worker = worker_start(options);

        if (worker < 0) {
            log_error("cannot start the worker: %s", strerror(errno));
            return 1;
        }
        /* It serves the guests that wait, and stops. */
        if (stop_requested)
            kill(worker, SIGTERM);
        int status = worker_wait(worker, &stop_requested);
        if (WIFEXITED(status)) {
            if (worker_is_replaced(WEXITSTATUS(status), is_first, &stop_requested))
                continue;
            return status_of_process(WEXITSTATUS(status));
        }
        log_error("the worker was killed by signal %d", WTERMSIG(status));
        if (clock_ms() - since > SUPERVISOR_PERIOD_MS) {
            since = clock_ms();
            deaths = 0;
        }
        if (stop_requested || deaths++ == SUPERVISOR_RESTARTS_MAX)
            return 1;
    }
}
