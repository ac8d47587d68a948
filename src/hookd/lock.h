/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* One daemon at a time: a file that it holds locked. */
#ifndef HOOKD_LOCK_H
#define HOOKD_LOCK_H

#include <stdbool.h>

/**
 * Lock the file `path` and write this process' number into it. The file is made if it is not there,
 * and only its owner can open it.
 * The lock is held until this process and all children that it forks have ended. One that another
 * process holds is waited for, LOCK_TRIES times.
 * @return false: it cannot be had, and the reason has been reported
 */
bool lock_acquire(const char *path);

#define LOCK_TRIES   20u
#define LOCK_WAIT_US 100000u

#endif
