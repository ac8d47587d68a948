/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The daemon: hook_run of src/hookd as an actor, with what its loop asks the system for. */
#ifndef WORLD_DOM0_DAEMON_H
#define WORLD_DOM0_DAEMON_H

#include <stdbool.h>
#include <stdint.h>

/** The numbers of the files that its loop waits for. */
#define DAEMON_SIGNAL_FILE  101
#define DAEMON_STORE_FILE   102
#define DAEMON_CHANNEL_FILE 103

/** Its limit for closing the disks of a guest. */
#define DAEMON_LIMIT_MS 10000u

/** Start it. @release: as with --release: it answers processors that wait, and ends. */
void daemon_start(bool release);

/** SIGKILL. */
void daemon_kill(void);

/** Have it get a signal, if it lives. */
void daemon_signal(int number);

bool daemon_lives(void);

/** Whether it has been asked to end since it was started. */
bool daemon_is_to_end(void);

/** How often it was started. */
unsigned daemon_starts(void);

/** When it was started last, in microseconds of the model's clock. */
uint64_t daemon_started_us(void);

#endif
