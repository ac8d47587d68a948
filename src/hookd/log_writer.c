/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "log_writer.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

struct message {
    uint8_t priority;
    char line[LOG_LINE_BYTES];
};

static int ends[2] = {-1, -1}; /* written to, read from */
static pthread_t writer;
static bool runs;

static bool message_send(int priority, const char *line)
{
    struct message message = {.priority = (uint8_t)priority};
    size_t length = strlen(line);

    memcpy(message.line, line, length);
    return send(ends[0], &message, offsetof(struct message, line) + length,
                MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

static void *writer_main(void *argument)
{
    struct message message;
    ssize_t size;

    (void)argument;
    while ((size = recv(ends[1], &message, sizeof(message) - 1, 0)) > 0) {
        message.line[size - (ssize_t)offsetof(struct message, line)] = 0;
        log_write(message.priority, message.line);
    }
    return NULL;
}

void log_writer_start(void)
{
    int error = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) ? errno : 0;

    if (!error)
        error = pthread_create(&writer, NULL, writer_main, NULL);
    if (error)
        log_error("cannot start the thread that writes the log: %s", strerror(error));
    runs = !error;
    if (runs)
        log_to_sender(message_send);
}

void log_writer_stop(void)
{
    struct timespec end;

    if (!runs)
        return;
    log_to_sender(NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += LOG_WRITER_END_MS / 1000;
    /* The thread still reads what was sent before. */
    shutdown(ends[0], SHUT_WR);
    pthread_clockjoin_np(writer, NULL, CLOCK_MONOTONIC, &end);
}
