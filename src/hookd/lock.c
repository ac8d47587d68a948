/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

bool lock_acquire(const char *path)
{
    char number[16];
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (file < 0) {
        log_error("%s: %s", path, strerror(errno));
        return false;
    }
    /* Another user who can open it can lock it; one of an earlier version is open to all. */
    if (fchmod(file, 0600))
        log_error("%s: %s", path, strerror(errno));
    /* Not at once: one that has just been killed may still be going. */
    for (unsigned tries = 0; flock(file, LOCK_EX | LOCK_NB); tries++) {
        if (errno != EWOULDBLOCK || tries == LOCK_TRIES) {
            log_error("%s: another one is running", path);
            close(file);
            return false;
        }
        usleep(LOCK_WAIT_US);
    }
    snprintf(number, sizeof(number), "%ld\n", (long)getpid());
    if (ftruncate(file, 0) || write(file, number, strlen(number)) < 0)
        log_error("%s: %s", path, strerror(errno));
    return true;
}
