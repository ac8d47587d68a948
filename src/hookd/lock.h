/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A locked file, so that only one daemon runs at a time. */
#ifndef HOOKD_LOCK_H
#define HOOKD_LOCK_H

/**
 * Create the file @path if it does not exist, and lock it. Only its owner can open it.
 *
 * The lock is held until this process and all children that it forks have ended. If another process
 * holds it, try again LOCK_TRIES times: a daemon that was killed may not have ended yet.
 *
 * Return: the file, which is none of the standard ones; -1 if it cannot be locked, which is logged.
 */
int lock_acquire(const char *path);

#define LOCK_TRIES   20u
#define LOCK_WAIT_US 100000u

/** Write the number of this process into the locked file. */
void lock_pid_write(int file, const char *path);

#endif
