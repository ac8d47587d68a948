/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* xenpv-hookd --log: print the log that the firmware of a guest keeps in the guest's memory. */
#ifndef HOOKD_FIRMWARE_LOG_CLIENT_H
#define HOOKD_FIRMWARE_LOG_CLIENT_H

#include "options.h"

/** Print the log of options->domain on stdout. Return: the exit status of the process (client.h);
 * the process may end by itself if xenstored does not answer. */
int firmware_log_client_run(const struct options *options);

#endif
