/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "dom0_daemon.h"

#include "dom0_store.h"
#include "dom0_system.h"
#include "dom0_xen.h"
#include "hookd/hook.h"
#include "model/clock.h"
#include "report.h"
#include "rules.h"
#include "turns.h"

#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

static struct options options;
static bool child_ended, asked_to_end, ends;
static uint64_t started_us;
static unsigned starts;

static void daemon_main(void *context)
{
    (void)context;
    if (hook_run(&options))
        violation("the daemon has ended with an error");
    rules_daemon_ended();
    report("the daemon has ended");
    /* As the end of a process does. */
    dom0_store_drop();
    dom0_xen_drop();
}

void daemon_start(bool release)
{
    options = (struct options){.verbose = true, .release = release, .limit_ms = DAEMON_LIMIT_MS};
    child_ended = asked_to_end = ends = false;
    started_us = clock_now_us();
    starts++;
    report("the daemon is started%s", release ? " to release" : "");
    if (release)
        rules_daemon_is_to_end();
    actor_start(ACTOR_DAEMON, daemon_main, NULL);
}

void daemon_kill(void)
{
    if (!daemon_lives())
        return;
    report("the daemon is killed");
    actor_abandon(ACTOR_DAEMON);
    dom0_xen_killed();
    dom0_store_drop();
    dom0_xen_drop();
}

void daemon_signal(int number)
{
    if (number == SIGCHLD) {
        child_ended = true;
        return;
    }
    asked_to_end = ends = true;
    rules_daemon_is_to_end();
}

bool daemon_is_to_end(void)
{
    return ends;
}

bool daemon_lives(void)
{
    return actor_lives(ACTOR_DAEMON);
}

unsigned daemon_starts(void)
{
    return starts;
}

uint64_t daemon_started_us(void)
{
    return started_us;
}

/**** What its loop asks the system for ****/

static bool has_signal(void)
{
    return child_ended || asked_to_end;
}

static bool is_readable(int file)
{
    if (file == DAEMON_SIGNAL_FILE)
        return has_signal();
    return file == DAEMON_STORE_FILE ? dom0_store_has_event() : dom0_xen_has_event();
}

static bool has_event(void *context)
{
    (void)context;
    return has_signal() || dom0_store_has_event() || dom0_xen_has_event();
}

int world_poll(struct pollfd *files, nfds_t count, int timeout_ms)
{
    int readable = 0;

    if (timeout_ms)
        sleep_until(has_event, NULL,
                    timeout_ms < 0 ? UINT64_MAX
                                   : clock_now_us() + (unsigned)timeout_ms * UINT64_C(1000));
    for (nfds_t i = 0; i < count; i++) {
        files[i].revents = is_readable(files[i].fd) ? POLLIN : 0;
        readable += files[i].revents != 0;
    }
    return readable;
}

int world_signalfd(int file, const sigset_t *set, int flags)
{
    (void)file, (void)set, (void)flags;
    return DAEMON_SIGNAL_FILE;
}

ssize_t world_read(int file, void *to, size_t bytes)
{
    struct signalfd_siginfo signal = {.ssi_signo = child_ended ? SIGCHLD : SIGTERM};

    if (file != DAEMON_SIGNAL_FILE || bytes != sizeof(signal))
        violation("the daemon reads file %d", file);
    if (!has_signal())
        return -1;
    if (child_ended)
        child_ended = false;
    else
        asked_to_end = false;
    memcpy(to, &signal, sizeof(signal));
    return sizeof(signal);
}
