/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The status socket: the daemon sends a text (status_text.h) to each client that connects, and
 * closes the connection. It reads nothing and never waits for a client.
 */
#ifndef HOOKD_STATUS_H
#define HOOKD_STATUS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain.h"

/** Maximum number of clients that have not read their text yet; others wait to be accepted. */
#define STATUS_CLIENTS_MAX 4u

/** A client that has not read its text after this time is dropped. */
#define STATUS_CLIENT_LIMIT_MS 2000u

/** Maximum number of files that status_files fills in. */
#define STATUS_FILES_MAX (1 + STATUS_CLIENTS_MAX)

/** Time until the next try if a client cannot be accepted, as when no file is free. */
#define STATUS_PAUSE_MS 1000u

struct status_client {
    int file;
    char *text;
    size_t length, sent;
    uint64_t deadline_ms;
};

struct status {
    const char *path; /* NULL: there is no socket */
    int listener;
    uint64_t pause_ms; /* no client is accepted before this time, in clock_ms() */
    struct status_client clients[STATUS_CLIENTS_MAX];
    unsigned client_count;
};

/**
 * Create the socket, which only its owner can connect to, in the place of one that an earlier
 * daemon has left. Call it only while the daemon's lock is held.
 *
 * A failure is logged, and then there is no socket: the functions below do nothing.
 */
void status_open(struct status *status, const char *path);

/** Close the socket and all connections, and remove the file. */
void status_close(struct status *status);

/** Fill in what to poll for. Return: the number of files. */
unsigned status_files(const struct status *status, struct pollfd files[STATUS_FILES_MAX]);

/** Accept and serve clients as far as that is possible now. Return: when to call again if no file
 * is ready before, in clock_ms(); UINT64_MAX: never. */
uint64_t status_step(struct status *status, const struct domain *domains);

#endif
