/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Ask the daemon that runs for its status. */
#ifndef HOOKD_STATUS_ASK_H
#define HOOKD_STATUS_ASK_H

#include "status_text.h"

enum status_daemon {
    STATUS_DAEMON_RUNS,
    STATUS_DAEMON_ABSENT,
    STATUS_DAEMON_OTHER_VERSION, /* its text has another version */
    STATUS_DAEMON_SILENT,        /* no text, or not all of it, within the limit; errno is set */
};

/** Time that the daemon has to send its text: more than STATUS_CLIENT_LIMIT_MS, for which other
 * clients may delay it. */
#define STATUS_ASK_LIMIT_MS 5000u

/**
 * Connect to the daemon's socket and read its text.
 *
 * @lines: set to an array to be freed, of @count domains. Return: whether the daemon
 * runs; if not, there are no domains.
 */
enum status_daemon status_ask(const char *path, struct status_line **lines, unsigned *count);

#endif
