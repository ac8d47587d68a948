/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "store_thread.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static bool runs;

/* The call; NULL: none. Under the mutex. */
static void (*called)(void *context);
static void *call_context;

static void *thread_main(void *argument)
{
    pthread_mutex_lock(&mutex);
    for (;;) {
        while (!called)
            pthread_cond_wait(&changed, &mutex);
        pthread_mutex_unlock(&mutex);
        called(call_context);
        pthread_mutex_lock(&mutex);
        called = NULL;
        pthread_cond_broadcast(&changed);
    }
    return argument;
}

int store_thread_start(void)
{
    pthread_condattr_t attributes;
    pthread_t thread;

    if (runs)
        return 0;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
    int error = pthread_create(&thread, NULL, thread_main, NULL);
    runs = !error;
    return error;
}

static struct timespec time_after(uint64_t ms)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    uint64_t ns = (uint64_t)time.tv_nsec + ms % 1000 * 1000000;
    time.tv_sec += (time_t)(ms / 1000 + ns / 1000000000);
    time.tv_nsec = (long)(ns % 1000000000);
    return time;
}

bool store_thread_run(void (*function)(void *context), void *context, uint64_t limit_ms)
{
    const struct timespec end = time_after(limit_ms);

    pthread_mutex_lock(&mutex);
    bool returned = !called;
    if (returned) {
        called = function;
        call_context = context;
        pthread_cond_broadcast(&changed);
        while (called && pthread_cond_timedwait(&changed, &mutex, &end) != ETIMEDOUT)
            ;
        returned = !called;
    }
    pthread_mutex_unlock(&mutex);
    return returned;
}

bool store_thread_is_busy(void)
{
    pthread_mutex_lock(&mutex);
    bool busy = called;
    pthread_mutex_unlock(&mutex);
    return busy;
}
