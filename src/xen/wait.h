/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Waiting with a limit. No loop of the core that waits for another domain does without.
 */
#ifndef XEN_WAIT_H
#define XEN_WAIT_H

#include <stdbool.h>
#include <stdint.h>

struct wait {
    const char *who;  /* for the log: a disk, or "xenstore" */
    const char *what; /* for the log: what is waited for */
    uint32_t since;
    uint32_t waited_ms; /* as of the last turn */
    uint32_t limit_ms;
    uint32_t say_at_ms;
    bool passed; /* the limit, at the turn before */
};

/** Begin a wait of at most @limit_ms. @who and @what must live as long as the wait. */
void wait_begin(struct wait *wait, const char *who, const char *what, uint32_t limit_ms);

/**
 * One turn of a wait: gives the processor away for a moment. A wait of more than a second says so
 * in the log, and again whenever it has taken twice as long.
 *
 * Return: false when the limit has passed and the caller has had a look since: dom0 may have paused
 * the guest, for hours, between the caller's look and the one at the clock.
 */
bool wait_turn(struct wait *wait);

/** Let @ms go by: between two looks at another domain, so that they are not a flood. */
void wait_rest(uint32_t ms);

#endif
