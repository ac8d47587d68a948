/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "wait.h"

#include "hypercall.h"
#include "log.h"
#include "platform.h"

/* First said after this time, and then whenever the time has doubled. */
#define WAIT_SAY_AFTER_MS 1000

void wait_begin(struct wait *wait, const char *who, const char *what, uint32_t limit_ms)
{
    wait->who = who;
    wait->what = what;
    wait->since = platform_clock();
    wait->waited_ms = 0;
    wait->limit_ms = limit_ms;
    wait->say_at_ms = WAIT_SAY_AFTER_MS;
    wait->passed = false;
}

/* The backend may need the very processor that this guest runs on. */
static void wait_give_way(void)
{
    hypercall_yield();
    platform_pause();
}

bool wait_turn(struct wait *wait)
{
    uint32_t elapsed_ms = platform_elapsed_ms(wait->since);

    wait->waited_ms = elapsed_ms;
    if (elapsed_ms >= wait->limit_ms) {
        bool first = !wait->passed;
        wait->passed = true;
        return first;
    }
    if (elapsed_ms >= wait->say_at_ms) {
        wait->say_at_ms = 2 * elapsed_ms;
        log_info("%s: waiting for %s, %u of at most %u ms\n", wait->who, wait->what, elapsed_ms,
                 wait->limit_ms);
    }
    wait_give_way();
    return true;
}

void wait_rest(uint32_t ms)
{
    uint32_t since = platform_clock();

    do
        wait_give_way();
    while (platform_elapsed_ms(since) < ms);
}
