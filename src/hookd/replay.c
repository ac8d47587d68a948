/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "replay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "access.h"
#include "children.h"
#include "clock.h"
#include "log.h"
#include "xl.h"

/* The exit status of a child that cannot execute xl. Its output is the errno. */
#define EXEC_FAILED 127

/* Execute xl as a shell would: no signal blocked or ignored. Its output goes into the pipe. This is
 * not posix_spawn, which waits until the file system has read the program. */
static void __attribute__((noreturn)) xl_in_child(char *const arguments[], int output)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t none;

    for (int number = 1; number <= SIGRTMAX; number++)
        sigaction(number, &action, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(output, STDOUT_FILENO);
    /* It may outlive the daemon before it executes xl, and must not keep the daemon's lock. */
    closefrom(STDERR_FILENO + 1);
    close(STDIN_FILENO);
    if (open("/dev/null", O_RDONLY) == STDIN_FILENO)
        execv(xl_path(), arguments);
    int error = errno;
    _exit(write(STDOUT_FILENO, &error, sizeof(error)) == sizeof(error) ? EXEC_FAILED : 1);
}

static void start_failure_report(uint32_t domid, int error)
{
    log_error("domain %u: cannot start %s: %s", domid, xl_path(), strerror(error));
}

/* Start xl. Return: false if that failed, which is logged; with EBUSY if there are too many
 * children, which is not. */
static bool xl_start(struct replay *replay, uint32_t domid)
{
    char number[16];
    char *arguments[] = {(char[]){"xl"}, (char[]){"qemu-monitor-command"}, number, replay->command,
                         NULL};
    int pipe_ends[2];

    snprintf(number, sizeof(number), "%u", domid);
    if (pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK)) {
        int error = errno;
        log_error("domain %u: cannot create a pipe: %s", domid, strerror(error));
        errno = error;
        return false;
    }
    pid_t process = child_start(CHILD_REPLAY);
    if (!process)
        xl_in_child(arguments, pipe_ends[1]);
    int error = errno;
    close(pipe_ends[1]);
    if (process < 0) {
        close(pipe_ends[0]);
        if (error != EBUSY)
            start_failure_report(domid, error);
        errno = error;
        return false;
    }
    replay->process = process;
    replay->output = pipe_ends[0];
    return true;
}

bool replay_start(struct replay *replay, uint32_t domid, const char *command)
{
    snprintf(replay->command, sizeof(replay->command), "%s", command);
    replay->deadline_ms = clock_ms() + REPLAY_LIMIT_MS;
    if (xl_start(replay, domid))
        return true;
    replay->process = errno == EBUSY ? REPLAY_WAITS : 0;
    return replay->process;
}

/* Report why xl has failed. @output: what it has written. */
static void failure_report(uint32_t domid, int status, const char *output, ssize_t length)
{
    int error;

    if (WIFEXITED(status) && WEXITSTATUS(status) == EXEC_FAILED && length == sizeof(error)) {
        memcpy(&error, output, sizeof(error));
        start_failure_report(domid, error);
    } else {
        log_error("domain %u: cannot reach QEMU's monitor", domid);
    }
}

/* A replay has no child yet. */
static enum replay_state replay_poll_waiting(struct replay *replay, uint32_t domid)
{
    if (xl_start(replay, domid))
        return REPLAY_RUNNING;
    if (errno == EBUSY && clock_ms() < replay->deadline_ms)
        return REPLAY_RUNNING;
    if (errno == EBUSY)
        start_failure_report(domid, EBUSY);
    replay->process = 0;
    return REPLAY_FAILED;
}

enum replay_state replay_poll(struct replay *replay, uint32_t domid, uint32_t *value)
{
    char text[256];
    int status;

    if (replay->process == REPLAY_WAITS)
        return replay_poll_waiting(replay, domid);
    if (!child_has_ended(CHILD_REPLAY, replay->process, &status)) {
        if (clock_ms() < replay->deadline_ms)
            return REPLAY_RUNNING;
        log_error("domain %u: QEMU did not answer in %u ms", domid, REPLAY_LIMIT_MS);
        replay_abort(replay);
        return REPLAY_FAILED;
    }
    ssize_t length = read(replay->output, text, sizeof(text) - 1);
    close(replay->output);
    replay->process = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status)) {
        failure_report(domid, status, text, length);
        return REPLAY_FAILED;
    }
    if (length > 0) {
        text[length] = 0;
        access_reply_parse(text, value);
    }
    return REPLAY_DONE;
}

void replay_abort(struct replay *replay)
{
    if (replay->process > 0) {
        child_kill(CHILD_REPLAY, replay->process, 0);
        close(replay->output);
    }
    replay->process = 0;
}
