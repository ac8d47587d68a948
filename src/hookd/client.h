/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The daemon's program as a client: a command that asks something and ends. */
#ifndef HOOKD_CLIENT_H
#define HOOKD_CLIENT_H

#include "xen.h"

/** Exit statuses of a client, besides 0 and 2 for wrong usage. */
#define CLIENT_EXIT_FAILED    1 /* Xen, xenstored or the daemon does not answer */
#define CLIENT_EXIT_NO_DOMAIN 3
#define CLIENT_EXIT_NO_LOG    4 /* the guest has no log in its memory */

/** Connect to xenstored. Return: false, with the reason in the log. If xenstored does not answer
 * within 10 s from now on, the process ends with CLIENT_EXIT_FAILED; alarm(0) lifts this limit. */
bool client_store_open(struct xen *xen);

#endif
