/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Wait with a limit, and poll at a limited rate. Every loop of the core that waits for another
 * domain uses this.
 */
#ifndef XEN_WAIT_H
#define XEN_WAIT_H

#include <stdbool.h>
#include <stdint.h>

struct wait {
    const char *who;  /* for the log: a disk, or "xenstore" */
    const char *what; /* for the log: what it waits for */
    uint32_t since;
    uint32_t waited_ms; /* at the last turn */
    uint32_t limit_ms;
    uint32_t log_at_ms;
    bool passed; /* the limit has passed at the previous turn */
    bool silent; /* log nothing; set it after wait_begin */
};

/** Begin a wait of at most @limit_ms milliseconds. @who and @what must live as long as the wait. */
void wait_begin(struct wait *wait, const char *who, const char *what, uint32_t limit_ms);

/**
 * Take one turn of a wait: yield the processor for a moment. Logs a wait of more than a second,
 * then again each time its duration has doubled.
 *
 * Return: false if the limit has passed and the caller has checked once more since. That last check
 * is needed because dom0 may have paused the guest, for hours, between the caller's check and the
 * reading of the clock.
 */
bool wait_turn(struct wait *wait);

/** Yield the processor for a moment. */
void wait_yield(void);

/** When to poll xenstored for a change. */
struct pace {
    uint32_t since; /* the last change */
    uint32_t next_ms;
};

/** Begin a wait, or note a change: the next poll is due at once. */
void pace_begin(struct pace *pace);

/** Check whether the next poll is due. */
bool pace_is_due(const struct pace *pace);

/** Check whether the first second is over. From then on, a poll covers only one of several disks.
 */
bool pace_is_patient(const struct pace *pace);

/**
 * Note a poll that found no change. In the first second the next poll is due within 40 ms, and
 * sooner at the beginning; after that, at most 20 requests are made per second.
 *
 * @requests: how many requests to xenstored the poll took.
 */
void pace_polled(struct pace *pace, uint32_t requests);

#endif
