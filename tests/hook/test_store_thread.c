/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The thread that calls libxenstore, with real calls that wait. */
#include "store_thread.h"

#include <time.h>
#include <unistd.h>

#include "test.h"

#define LIMIT_MS 60000u /* of a test that waits */

static int gate[2];
static unsigned calls;

/* Called by the runner; there is no log. */
void log_show(void);
void log_show(void)
{
}

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void count(void *context)
{
    (*(unsigned *)context)++;
}

/* Wait until the test opens the gate. */
static void wait_and_count(void *context)
{
    char byte;

    if (read(gate[0], &byte, 1) == 1)
        count(context);
}

static void gate_open(void)
{
    CHECK_EQUAL(write(gate[1], "", 1), 1);
}

static void begin(void)
{
    CHECK(!pipe(gate));
    CHECK_EQUAL(store_thread_start(), 0);
    CHECK_EQUAL(store_thread_start(), 0);
}

TEST(call_has_returned_when_its_run_returns)
{
    begin();
    for (unsigned i = 1; i <= 1000; i++) {
        CHECK(store_thread_run(count, &calls, LIMIT_MS));
        CHECK_EQUAL(calls, i);
    }
    CHECK(!store_thread_is_busy());
}

TEST(call_that_waits_returns_within_its_limit)
{
    begin();
    gate_open();
    CHECK(store_thread_run(wait_and_count, &calls, LIMIT_MS));
    CHECK_EQUAL(calls, 1);
}

TEST(call_that_does_not_return_is_given_up_at_its_limit)
{
    begin();
    uint64_t before = now_ms();

    CHECK(!store_thread_run(wait_and_count, &calls, 1200));
    uint64_t passed = now_ms() - before;
    CHECK(passed >= 1199 && passed < LIMIT_MS);
    CHECK(store_thread_is_busy() && !calls);
}

TEST(thread_takes_no_call_until_the_last_one_has_returned)
{
    unsigned others = 0;

    begin();
    CHECK(!store_thread_run(wait_and_count, &calls, 0));
    CHECK(!store_thread_run(count, &others, LIMIT_MS) && !others);
    gate_open();
    for (unsigned ms = 0; store_thread_is_busy() && ms < LIMIT_MS; ms++)
        usleep(1000);
    CHECK_EQUAL(calls, 1);
    CHECK(store_thread_run(count, &others, LIMIT_MS));
    CHECK_EQUAL(others, 1);
}
