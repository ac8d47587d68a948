/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "status_ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"

#define TEXT_BYTES_MAX (4u << 20)

/* Return: a connection, or -1 with errno. */
static int daemon_connect(const char *path)
{
    /* Of a connect and of each recv: a client that is not accepted waits no longer either. */
    const struct timeval limit = {.tv_sec = STATUS_ASK_LIMIT_MS / 1000};
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    errno = ENAMETOOLONG;
    if (strlen(path) >= sizeof(address.sun_path))
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file < 0)
        return -1;
    if (!setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) &&
        !setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) &&
        !connect(file, (struct sockaddr *)&address, sizeof(address)))
        return file;
    int error = errno;
    close(file);
    errno = error;
    return -1;
}

/* Read until the daemon closes the connection. Return: a string to be freed, or NULL with errno. */
static char *text_read(int file)
{
    uint64_t end_ms = clock_ms() + STATUS_ASK_LIMIT_MS;
    size_t size = 4096, length = 0;
    char *text = malloc(size);

    while (text) {
        ssize_t got = recv(file, text + length, size - length - 1, 0);

        if (got == 0) {
            text[length] = 0;
            return text;
        }
        if (got > 0)
            length += (size_t)got;
        if (got < 0 && errno != EINTR)
            break;
        errno = ETIMEDOUT;
        if (clock_ms() >= end_ms || size > TEXT_BYTES_MAX)
            break;
        if (size - length < 2048) {
            char *larger = realloc(text, size *= 2);

            if (!larger)
                break;
            text = larger;
        }
    }
    free(text);
    return NULL;
}

enum status_daemon status_ask(const char *path, struct status_line **lines, unsigned *count)
{
    enum status_text_result result = STATUS_TEXT_INVALID;

    *lines = NULL;
    *count = 0;
    int file = daemon_connect(path);
    if (file < 0)
        return errno == ENOENT || errno == ECONNREFUSED ? STATUS_DAEMON_ABSENT
                                                        : STATUS_DAEMON_SILENT;
    char *text = text_read(file);
    int error = errno;
    close(file);
    if (text) {
        error = EPROTO;
        result = status_text_parse(text, lines, count);
    }
    free(text);
    errno = error == EAGAIN ? ETIMEDOUT : error;
    switch (result) {
    case STATUS_TEXT_GOOD:
        return STATUS_DAEMON_RUNS;
    case STATUS_TEXT_OTHER_VERSION:
        return STATUS_DAEMON_OTHER_VERSION;
    default:
        return STATUS_DAEMON_SILENT;
    }
}
