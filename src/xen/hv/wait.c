/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "wait.h"

#include "hypercall.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"

/* A wait is first logged after this time, then each time its duration has doubled. */
#define WAIT_LOG_AFTER_MS 1000

/* Most changes come soon after their cause, so the pause between two polls is this fraction of the
 * time that has passed, within these limits. */
#define PACE_PART       8
#define PACE_FASTEST_MS 2
#define PACE_SLOWEST_MS 40

/* After this time the pause is PACE_REQUEST_MS for each request. */
#define PACE_PATIENT_AFTER_MS 1000
#define PACE_REQUEST_MS       50

void wait_begin(struct wait *wait, const char *who, const char *what, uint32_t limit_ms)
{
    wait->who = who;
    wait->what = what;
    wait->since = platform_clock();
    wait->waited_ms = 0;
    wait->limit_ms = limit_ms;
    wait->log_at_ms = WAIT_LOG_AFTER_MS;
    wait->passed = wait->silent = false;
}

/* The backend may need the very processor that this guest runs on. */
void wait_yield(void)
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
    if (!wait->silent && elapsed_ms >= wait->log_at_ms) {
        wait->log_at_ms = 2 * elapsed_ms;
        log_info("%s: waiting for %s, %u of at most %u ms\n", wait->who, wait->what, elapsed_ms,
                 wait->limit_ms);
    }
    wait_yield();
    return true;
}

void pace_begin(struct pace *pace)
{
    pace->since = platform_clock();
    pace->next_ms = 0;
}

bool pace_is_due(const struct pace *pace)
{
    return platform_elapsed_ms(pace->since) >= pace->next_ms;
}

bool pace_is_patient(const struct pace *pace)
{
    return platform_elapsed_ms(pace->since) >= PACE_PATIENT_AFTER_MS;
}

void pace_polled(struct pace *pace, uint32_t requests)
{
    uint32_t elapsed_ms = platform_elapsed_ms(pace->since);
    uint32_t pause_ms = elapsed_ms / PACE_PART;

    if (pause_ms < PACE_FASTEST_MS)
        pause_ms = PACE_FASTEST_MS;
    if (pause_ms > PACE_SLOWEST_MS)
        pause_ms = PACE_SLOWEST_MS;
    if (elapsed_ms >= PACE_PATIENT_AFTER_MS)
        pause_ms = (requests ? requests : 1) * PACE_REQUEST_MS;
    pace->next_ms = elapsed_ms + pause_ms;
}
