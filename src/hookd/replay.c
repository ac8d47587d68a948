/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "replay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "access.h"
#include "clock.h"
#include "log.h"
#include "xl.h"

/* Start xl as a shell would: no signal blocked or ignored. Its output goes into a pipe. */
static int spawn_xl(pid_t *process, char *const arguments[], int output)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    int error = posix_spawn(process, xl_path(), &files, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return error;
}

bool replay_start(struct replay *replay, uint32_t domid, const char *command)
{
    char number[16], text[64];
    char *arguments[] = {(char[]){"xl"}, (char[]){"qemu-monitor-command"}, number, text, NULL};
    int pipe_ends[2];

    snprintf(number, sizeof(number), "%u", domid);
    snprintf(text, sizeof(text), "%s", command);
    if (pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK)) {
        log_error("domain %u: cannot create a pipe: %s", domid, strerror(errno));
        return false;
    }
    int error = spawn_xl(&replay->process, arguments, pipe_ends[1]);
    close(pipe_ends[1]);
    if (error) {
        log_error("domain %u: cannot start %s: %s", domid, xl_path(), strerror(error));
        close(pipe_ends[0]);
        replay->process = 0;
        return false;
    }
    replay->output = pipe_ends[0];
    replay->deadline_ms = clock_ms() + REPLAY_LIMIT_MS;
    return true;
}

enum replay_state replay_poll(struct replay *replay, uint32_t domid, uint32_t *value)
{
    char text[256];
    int status;

    if (waitpid(replay->process, &status, WNOHANG) == 0) {
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
        log_error("domain %u: cannot reach QEMU's monitor", domid);
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
    if (!replay->process)
        return;
    kill(replay->process, SIGKILL);
    waitpid(replay->process, NULL, 0);
    close(replay->output);
    replay->process = 0;
}
