/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * xenpv-hookd: one process that works, and one that starts it again should it die. Whatever the
 * worker had claimed stays claimed meanwhile; the next one takes it over.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "hook.h"
#include "log.h"

#define LOCK_PATH    "/run/xenpv-hookd.lock"
#define LOCK_TRIES   20u
#define LOCK_WAIT_US 100000u

/* A worker that dies so often within so long is not started again here. */
#define DEATHS_MOST  5u
#define DEATHS_IN_MS 60000u

/* The lock is held as long as one of the processes lives; the file names the first. */
static bool lock_take(void)
{
    char number[16];
    int file = open(LOCK_PATH, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);

    if (file < 0) {
        log_error("%s: %s", LOCK_PATH, strerror(errno));
        return false;
    }
    /* Not at once: one that has just been killed may still be going. */
    for (unsigned tries = 0; flock(file, LOCK_EX | LOCK_NB); tries++) {
        if (errno != EWOULDBLOCK || tries == LOCK_TRIES) {
            log_error("%s: another one is running", LOCK_PATH);
            close(file);
            return false;
        }
        usleep(LOCK_WAIT_US);
    }
    snprintf(number, sizeof(number), "%ld\n", (long)getpid());
    if (ftruncate(file, 0) || write(file, number, strlen(number)) < 0)
        log_error("%s: %s", LOCK_PATH, strerror(errno));
    return true;
}

static pid_t worker_start(const struct options *options)
{
    pid_t parent = getpid(), worker = fork();

    if (worker)
        return worker;
    /* Nobody would start it again: it leaves in order. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1);
    exit(hook_run(options));
}

/* Wait for the worker's end, handing on what the parent is told. @return its status. */
static int worker_attend(pid_t worker, bool *told_to_end)
{
    sigset_t set;
    int status, signal;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGCHLD);
    while (waitpid(worker, &status, WNOHANG) != worker) {
        if (sigwait(&set, &signal) || signal == SIGCHLD)
            continue;
        *told_to_end = true;
        kill(worker, SIGTERM);
    }
    return status;
}

static int supervise(const struct options *options)
{
    uint64_t since = clock_ms();
    bool told_to_end = false;

    for (unsigned deaths = 0;; deaths++) {
        pid_t worker = worker_start(options);

        if (worker < 0) {
            log_error("no process: %s", strerror(errno));
            return 1;
        }
        int status = worker_attend(worker, &told_to_end);
        if (WIFEXITED(status))
            return WEXITSTATUS(status);
        log_error("the worker died of signal %d", WTERMSIG(status));
        if (clock_ms() - since > DEATHS_IN_MS) {
            since = clock_ms();
            deaths = 0;
        }
        if (told_to_end || deaths == DEATHS_MOST)
            return 1;
    }
}

int main(int argc, char **argv)
{
    struct options options;

    options_parse(&options, argc, argv);
    if (options.verbose)
        log_verbose();
    if (!options.foreground) {
        if (daemon(0, 0)) {
            log_error("cannot become a daemon: %s", strerror(errno));
            return 1;
        }
        log_to_syslog();
    }
    hook_block_signals();
    if (!lock_take())
        return 1;
    return options.release ? hook_run(&options) : supervise(&options);
}
