/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* xenpv-hookd --status: show what the daemon does for each guest, and the guest's disks. */
#ifndef HOOKD_STATUS_CLIENT_H
#define HOOKD_STATUS_CLIENT_H

#include "options.h"

/** Exit statuses, besides 0 and 2 for wrong usage. */
#define STATUS_EXIT_FAILED    1 /* no daemon reports, or xenstore cannot be read */
#define STATUS_EXIT_NO_DOMAIN 3

/** Print the status of options->domain, or of all guests, on stdout. @path: of the daemon's socket.
 * Return: the exit status of the process, which may end by itself if xenstored does not answer. */
int status_client_run(const struct options *options, const char *path);

#endif
