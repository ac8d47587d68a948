/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A thread that calls functions which may block, one at a time. */
#ifndef HOOKD_STORE_THREAD_H
#define HOOKD_STORE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

/** Start the thread, if it does not run yet. Return: 0, or an errno. */
int store_thread_start(void);

/**
 * Have the thread call @function(@context), and wait for its return.
 *
 * Return: false if it has not returned in @limit_ms. Until store_thread_is_busy is false, *@context
 * then is the thread's, and it takes no other call.
 */
bool store_thread_run(void (*function)(void *context), void *context, uint64_t limit_ms);

bool store_thread_is_busy(void);

#endif
