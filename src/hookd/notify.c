/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "notify.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

static struct {
    bool open;
    int file;
    struct sockaddr_un address;
    socklen_t length;
    uint64_t interval_ms, alive_ms; /* of the watchdog, 0: it has none; the next message */
    bool ready, failed;
    unsigned attended, domains; /* in the last message */
} manager;

/* A path, or the name of an abstract socket after "@". Return: false if it is neither. */
static bool address_set(const char *name)
{
    size_t length = strlen(name);

    if ((*name != '/' && *name != '@') || !name[1] || length >= sizeof(manager.address.sun_path))
        return false;
    manager.address.sun_family = AF_UNIX;
    memcpy(manager.address.sun_path, name, length + 1);
    manager.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
    if (*name == '@') {
        manager.address.sun_path[0] = 0;
        manager.length--; /* the name has no terminating zero */
    }
    return true;
}

/* Return: half of the watchdog's time, or 0. */
static uint64_t interval_read(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");

    if (!usec || (pid && strtol(pid, NULL, 10) != getpid()))
        return 0;
    return strtoull(usec, NULL, 10) / 2000;
}

void notify_open(void)
{
    const char *name = getenv("NOTIFY_SOCKET");

    memset(&manager, 0, sizeof(manager));
    if (name) {
        errno = EINVAL;
        manager.file =
            address_set(name) ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
        manager.open = manager.file >= 0;
        if (!manager.open)
            log_error("cannot notify the service manager: %s", strerror(errno));
        manager.interval_ms = manager.open ? interval_read() : 0;
        manager.alive_ms = clock_ms();
    }
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

void notify_close(void)
{
    if (manager.open)
        close(manager.file);
    manager.open = false;
}

/* Return: whether the message was sent. The first failure is logged. */
static bool message_send(const char *text)
{
    if (!manager.open)
        return false;
    if (sendto(manager.file, text, strlen(text), MSG_NOSIGNAL,
               (const struct sockaddr *)&manager.address, manager.length) >= 0)
        return true;
    if (!manager.failed)
        log_error("cannot notify the service manager: %s", strerror(errno));
    manager.failed = true;
    return false;
}

void notify_ready(void)
{
    if (!manager.ready)
        manager.ready = message_send("READY=1");
}

void notify_guests(unsigned attended, unsigned domains)
{
    char text[64];

    if (!manager.open || (attended == manager.attended && domains == manager.domains))
        return;
    snprintf(text, sizeof(text), "STATUS=Attends to %u of %u guests", attended, domains);
    if (!message_send(text))
        return;
    manager.attended = attended;
    manager.domains = domains;
}

void notify_stopping(void)
{
    message_send("STOPPING=1");
}

uint64_t notify_alive(void)
{
    uint64_t now = clock_ms();

    if (!manager.open || !manager.interval_ms)
        return UINT64_MAX;
    if (now >= manager.alive_ms) {
        message_send("WATCHDOG=1");
        manager.alive_ms = now + manager.interval_ms;
    }
    return manager.alive_ms;
}
