/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The program as a whole: the command line, the daemon, its lock, and then the hook. */
#ifndef HOOKD_DAEMON_H
#define HOOKD_DAEMON_H

/**
 * Do what the command line says. It may end the process by itself (see options.h).
 * @param lock_path  the file by which a second daemon is kept from starting
 * @return the exit status of the process
 */
int daemon_main(int argc, char **argv, const char *lock_path);

#endif
