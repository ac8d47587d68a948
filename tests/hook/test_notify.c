/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Messages to the service manager, over real datagram sockets. */
#define _GNU_SOURCE
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

#include "stand_in.h"
#include "test.h"

static int manager; /* the socket of the service manager */

static void variables_set(const char *name, const char *usec, long pid)
{
    char number[16];

    snprintf(number, sizeof(number), "%ld", pid);
    CHECK(!setenv("NOTIFY_SOCKET", name, 1));
    if (usec)
        CHECK(!setenv("WATCHDOG_USEC", usec, 1));
    if (pid)
        CHECK(!setenv("WATCHDOG_PID", number, 1));
}

/* Create the socket of a service manager and open it from the daemon's side. */
static void begin(const char *usec, long pid)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    CHECK(test_folder());
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", test_folder());
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    CHECK(!bind(manager, (struct sockaddr *)&address, sizeof(address)));
    variables_set(address.sun_path, usec, pid);
    notify_open();
}

/* Return: the next message; NULL: there is none. */
static const char *message(void)
{
    static char text[256];
    ssize_t length = recv(manager, text, sizeof(text) - 1, 0);

    if (length < 0)
        return NULL;
    text[length] = 0;
    return text;
}

static bool message_is(const char *expected)
{
    const char *found = message();

    return expected ? found && !strcmp(found, expected) : !found;
}

TEST(messages_are_those_of_the_protocol)
{
    begin(NULL, 0);
    notify_ready();
    CHECK(message_is("READY=1"));
    notify_guests(3, 5);
    CHECK(message_is("STATUS=Attends to 3 of 5 guests"));
    notify_stopping();
    CHECK(message_is("STOPPING=1"));
    CHECK(message_is(NULL) && !*report);
}

TEST(what_has_not_changed_is_not_repeated)
{
    begin(NULL, 0);
    for (unsigned i = 0; i < 3; i++) {
        notify_ready();
        notify_guests(3, 5);
    }
    CHECK(message_is("READY=1") && message_is("STATUS=Attends to 3 of 5 guests"));
    CHECK(message_is(NULL));
    notify_guests(3, 4);
    CHECK(message_is("STATUS=Attends to 3 of 4 guests"));
}

TEST(abstract_socket_is_reached)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char name[64];
    int length = snprintf(name, sizeof(name), "@xenpv-test-%ld", (long)getpid());

    memcpy(address.sun_path + 1, name + 1, (size_t)length - 1);
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    CHECK(!bind(manager, (struct sockaddr *)&address,
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)length)));
    variables_set(name, NULL, 0);
    notify_open();
    notify_ready();
    CHECK(message_is("READY=1"));
}

TEST(watchdog_gets_a_message_at_half_of_its_time)
{
    begin("30000000", getpid());
    CHECK_EQUAL(notify_alive(), now_ms + 15000);
    CHECK(message_is("WATCHDOG=1"));
    now_ms += 14999;
    CHECK_EQUAL(notify_alive(), now_ms + 1);
    CHECK(message_is(NULL));
    now_ms++;
    CHECK_EQUAL(notify_alive(), now_ms + 15000);
    CHECK(message_is("WATCHDOG=1"));
}

TEST(watchdog_of_another_process_or_without_a_time_gets_no_message)
{
    static const char *const times[] = {NULL, "30000000", "0", "", "soon"};

    begin(times[0], 0);
    CHECK(notify_alive() == UINT64_MAX && message_is(NULL));
    for (unsigned i = 1; i < sizeof(times) / sizeof(times[0]); i++) {
        CHECK(!unlink(strcat(strcpy((char[300]){0}, test_folder()), "/notify")));
        begin(times[i], i == 1 ? getppid() : 0);
        CHECK(notify_alive() == UINT64_MAX && message_is(NULL));
    }
}

TEST(variables_are_not_inherited)
{
    begin("30000000", getpid());
    CHECK(!getenv("NOTIFY_SOCKET") && !getenv("WATCHDOG_USEC") && !getenv("WATCHDOG_PID"));
}

TEST(nothing_is_sent_without_a_service_manager)
{
    CHECK(!unsetenv("NOTIFY_SOCKET") && !setenv("WATCHDOG_USEC", "30000000", 1));
    notify_open();
    notify_ready();
    notify_guests(1, 1);
    notify_stopping();
    CHECK(notify_alive() == UINT64_MAX && !*report && !getenv("WATCHDOG_USEC"));
}

TEST(nothing_is_sent_after_the_end)
{
    begin("30000000", 0);
    notify_close();
    notify_ready();
    notify_stopping();
    CHECK(notify_alive() == UINT64_MAX && message_is(NULL) && !*report);
    notify_close();
}

TEST(address_that_is_not_valid_is_reported)
{
    static const char *const names[] = {"", "@", "/", "vsock:2:1234", "relative"};
    char path[200];

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        *report = 0;
        variables_set(names[i], NULL, 0);
        notify_open();
        CHECK(!strcmp(report, "cannot notify the service manager: Invalid argument"));
        notify_ready();
        CHECK(!getenv("NOTIFY_SOCKET"));
    }
    *report = 0;
    memset(path, 'x', sizeof(path) - 1);
    *path = '/';
    path[sizeof(path) - 1] = 0;
    variables_set(path, NULL, 0);
    notify_open();
    CHECK(!strcmp(report, "cannot notify the service manager: Invalid argument"));
}

TEST(service_manager_that_does_not_read_blocks_nothing)
{
    begin(NULL, 0);
    for (unsigned i = 1; i < 10000; i++)
        notify_guests(i, i);
    /* The first failure is reported, not each. */
    CHECK(!strcmp(report, "cannot notify the service manager: Resource temporarily unavailable"));
    notify_ready();
    while (message())
        ;
    notify_ready();
    CHECK(message_is("READY=1"));
}

TEST(service_manager_that_is_gone_is_reported_once)
{
    begin(NULL, 0);
    close(manager);
    notify_ready();
    notify_stopping();
    CHECK(!strcmp(report, "cannot notify the service manager: Connection refused"));
}
