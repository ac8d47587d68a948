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

/* daemon() replaces the standard files. If the lock were one of them, this would release it. */
static int file_open(const char *path)
{
    int first = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (first < 0 || first > STDERR_FILENO)
        return first;
    int file = fcntl(first, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int error = errno;
    close(first);
    errno = error;
    return file;
}

int lock_acquire(const char *path)
{
    int file = file_open(path);

    if (file < 0) {
        log_error("%s: %s", path, strerror(errno));
        return -1;
    }
    /* A user who can open the file can lock it. Earlier versions let every user open it. */
    if (fchmod(file, 0600))
        log_error("%s: %s", path, strerror(errno));
    for (unsigned tries = 0; flock(file, LOCK_EX | LOCK_NB); tries++) {
        if (errno == EWOULDBLOCK && tries < LOCK_TRIES) {
            usleep(LOCK_WAIT_US);
            continue;
        }
        if (errno == EWOULDBLOCK)
            log_error("%s: another daemon is running or still ending", path);
        else
            log_error("%s: %s", path, strerror(errno));
        close(file);
        return -1;
    }
    return file;
}

void lock_pid_write(int file, const char *path)
{
    char number[16];

    snprintf(number, sizeof(number), "%ld\n", (long)getpid());
    if (ftruncate(file, 0) || write(file, number, strlen(number)) < 0)
        log_error("%s: %s", path, strerror(errno));
}
