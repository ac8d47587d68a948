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

/* Work takes time too: a millisecond for this number of polls that return at once. */
#define WAITS_PER_MS 10u
/* Maximum number of polls with a timeout of 0 in a row. */
#define IMMEDIATE_POLLS_MAX 10000u

static const struct options *hook_options;
static sem_t hook_turn, test_turn;
static uint64_t until_ms;
static unsigned waits, immediate_polls;
static bool ended;
static int status;

/* The linker's --wrap: the daemon calls __wrap_poll; __real_poll is the C library's. */
int __wrap_poll(struct pollfd *files, nfds_t count, int timeout);
int __real_poll(struct pollfd *files, nfds_t count, int timeout);

static void turn_wait(sem_t *turn)
{
    while (sem_wait(turn))
        ;
}

/* Let time pass until @end, but not beyond what the test has allowed. */
static void time_pass(uint64_t end)
{
    uint64_t next = end < until_ms ? end : until_ms;

    model_time_pass(next - clock_ms());
    if (next == end)
        return;
    sem_post(&test_turn);
    turn_wait(&hook_turn);
}

int __wrap_poll(struct pollfd *files, nfds_t count, int timeout)
{
    uint64_t end = timeout < 0 ? UINT64_MAX : clock_ms() + (unsigned)timeout;

    if (count == 1)
        return __real_poll(files, count, timeout);
    immediate_polls = timeout ? 0 : immediate_polls + 1;
    if (immediate_polls > IMMEDIATE_POLLS_MAX)
        abort();
    waits++;
    for (;;) {
        model_others_step();
        int ready = __real_poll(files, count, 0);

        if ((ready && waits % WAITS_PER_MS) || clock_ms() >= end)
            return ready;
        time_pass(ready ? clock_ms() + 1 : end);
        if (ready)
            return ready;
    }
}

/* The daemon waits for xenstored. */
static void store_pause(uint64_t end_ms, bool (*is_over)(void))
{
    while (!is_over() && clock_ms() < end_ms)
        time_pass(end_ms);
}

static void *hook_thread(void *argument)
{
    (void)argument;
    turn_wait(&hook_turn);
    status = hook_run(hook_options);
    ended = true;
    sem_post(&test_turn);
    return NULL;
}

void turns_begin(const struct options *options)
{
    pthread_t thread;

    hook_options = options;
    ended = false;
    model_pause_function = store_pause;
    signals_block();
    if (sem_init(&hook_turn, 0, 0) || sem_init(&test_turn, 0, 0) ||
        pthread_create(&thread, NULL, hook_thread, NULL))
        abort();
    turns_pass(0);
}

void turns_pass(unsigned ms)
{
    until_ms = clock_ms() + ms;
    if (ended)
        return;
    sem_post(&hook_turn);
    turn_wait(&test_turn);
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
