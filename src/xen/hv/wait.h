/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Waiting with a limit, and asking at a pace. No loop of the core that waits for another domain
 * does without.
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
    uint32_t log_at_ms;
    bool passed; /* the limit, at the turn before */
    bool silent; /* nothing is logged; to be set after wait_begin */
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

/** Give the processor away for a moment. */
void wait_yield(void);

/** How often xenstored is asked for something that has not changed. */
struct pace {
    uint32_t since; /* the last change */
    uint32_t next_ms;
};

/** Something has changed, or a wait begins: the next look is due at once. */
void pace_begin(struct pace *pace);

/** Whether it is time for the next look. */
bool pace_is_due(const struct pace *pace);

/** Whether the first second is over. A look is at one of several then. */
bool pace_is_patient(const struct pace *pace);

/**
 * A look has been taken, and nothing has changed. In the first second the next one is due within
 * 50 ms, the earlier the sooner the change may come. After that no more than 20 requests a second
 * are made.
 *
 * @requests: how many requests to xenstored the look was.
 */
void pace_polled(struct pace *pace, uint32_t requests);

#endif
