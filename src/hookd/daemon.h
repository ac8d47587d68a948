/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The whole program: command line, lock, daemon, and the worker, the release or
 * the status. */
#ifndef HOOKD_DAEMON_H
#define HOOKD_DAEMON_H

/**
 * Run the program. It may exit by itself (options.h).
 *
 * @lock_path: the file that ensures that only one daemon runs. @status_path: the socket by which
 * the daemon reports its status. Return: the exit status.
 */
int daemon_main(int argc, char **argv, const char *lock_path, const char *status_path);

#endif
