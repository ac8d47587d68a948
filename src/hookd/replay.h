/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Having QEMU do what a guest did: a command for its monitor, by way of "xl qemu-monitor-command",
 * in a process of its own, so that neither QEMU nor xl can hold the hook up.
 */
#ifndef HOOKD_REPLAY_H
#define HOOKD_REPLAY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/** QEMU has this long. */
#define REPLAY_LIMIT_MS 5000u

struct replay {
    pid_t process; /* 0: none */
    int output;
    uint64_t deadline_ms;
};

enum replay_state { REPLAY_RUNNING, REPLAY_DONE, REPLAY_FAILED };

/** Start it. False: it cannot be started, and the reason has been reported. */
bool replay_start(struct replay *replay, uint32_t domid, const char *command);

/** How far it is; *value is what the command has read, unchanged if it has not. One that is over
 *  its time is ended. */
enum replay_state replay_poll(struct replay *replay, uint32_t domid, uint32_t *value);

/** Drop it, whatever it does. */
void replay_abort(struct replay *replay);

#endif
