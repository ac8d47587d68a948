/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Replay an access of a guest in QEMU: pass a command to its monitor by "xl qemu-monitor-command",
 * in a process of its own (children.h), so that neither QEMU nor xl can block the daemon.
 */
#ifndef HOOKD_REPLAY_H
#define HOOKD_REPLAY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "access.h"

/** Time that QEMU has for a command. */
#define REPLAY_LIMIT_MS 5000u

/** Process of a replay that is not started yet, because there are too many children: poll it every
 * REPLAY_POLL_MS. */
#define REPLAY_WAITS   (-1)
#define REPLAY_POLL_MS 100u

struct replay {
    pid_t process; /* 0: none; REPLAY_WAITS */
    int output;
    char command[ACCESS_COMMAND_BYTES];
    uint64_t deadline_ms;
};

enum replay_state { REPLAY_RUNNING, REPLAY_DONE, REPLAY_FAILED };

/** Start a replay of @command, at once or in replay_poll as soon as a child is free. Return: false
 * if that failed, which is logged. If only xl cannot be executed, replay_poll reports it. */
bool replay_start(struct replay *replay, uint32_t domid, const char *command);

/**
 * Poll a replay, and kill it at its limit.
 *
 * @value: set to what the command has read, if anything. Return: its state; a failure is logged.
 */
enum replay_state replay_poll(struct replay *replay, uint32_t domid, uint32_t *value);

/** Kill a replay, if there is one. */
void replay_abort(struct replay *replay);

#endif
