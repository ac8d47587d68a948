/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* xenpv-hookd --status: show what the daemon does for each guest, and the guest's disks. */
#ifndef HOOKD_STATUS_CLIENT_H
#define HOOKD_STATUS_CLIENT_H

#include "options.h"

/** Print the status of options->domain, or of all guests, on stdout. @path: of the daemon's socket.
 * Return: the exit status of the process (client.h), which may end by itself if xenstored does not
 * answer. */
int status_client_run(const struct options *options, const char *path);

#endif
