/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "turns.h"

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>

#include "clock.h"
#include "hook.h"
#include "model.h"
#include "signals.h"

/* Work takes time as well: a millisecond for so many waits that have ended at once. */
#define WAITS_OF_A_MS 10u
/* So often it may not want to wait at all. */
#define LOOKS_AT_ONCE 10000u

static const struct options *its_options;
static sem_t hooks_turn, tests_turn;
static uint64_t until_ms;
static unsigned waits, looks;
static bool ended;
static int status;

/* By the linker's --wrap: what the hook calls, and the C library's own. */
int __wrap_poll(struct pollfd *files, nfds_t count, int timeout);
int __real_poll(struct pollfd *files, nfds_t count, int timeout);

static void turn_take(sem_t *turn)
{
    while (sem_wait(turn))
        ;
}

/* Time passes until `end`, or as long as the test lets it. */
static void time_pass(uint64_t end)
{
    uint64_t next = end < until_ms ? end : until_ms;

    model_pass(next - clock_ms());
    if (next == end)
        return;
    sem_post(&tests_turn);
    turn_take(&hooks_turn);
}

int __wrap_poll(struct pollfd *files, nfds_t count, int timeout)
{
    uint64_t end = timeout < 0 ? UINT64_MAX : clock_ms() + (unsigned)timeout;

    if (count == 1)
        return __real_poll(files, count, timeout);
    looks = timeout ? 0 : looks + 1;
    if (looks > LOOKS_AT_ONCE)
        abort();
    waits++;
    for (;;) {
        model_others_step();
        int ready = __real_poll(files, count, 0);

        if ((ready && waits % WAITS_OF_A_MS) || clock_ms() >= end)
            return ready;
        time_pass(ready ? clock_ms() + 1 : end);
        if (ready)
            return ready;
    }
}

static void *hook_thread(void *argument)
{
    (void)argument;
    turn_take(&hooks_turn);
    status = hook_run(its_options);
    ended = true;
    sem_post(&tests_turn);
    return NULL;
}

void turns_begin(const struct options *options)
{
    pthread_t thread;

    its_options = options;
    signals_block();
    if (sem_init(&hooks_turn, 0, 0) || sem_init(&tests_turn, 0, 0) ||
        pthread_create(&thread, NULL, hook_thread, NULL))
        abort();
    turns_pass(0);
}

void turns_pass(unsigned ms)
{
    until_ms = clock_ms() + ms;
    if (ended)
        return;
    sem_post(&hooks_turn);
    turn_take(&tests_turn);
}

bool turns_ended(void)
{
    return ended;
}

int turns_status(void)
{
    return status;
}

unsigned turns_waits(void)
{
    return waits;
}
