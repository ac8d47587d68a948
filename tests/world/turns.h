/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Time, in turns: in each some time passes, xenstored, the backends and the toolstack do what they
 * can, and then the processors of the guest and the daemon, in an order that the seed decides.
 */
#ifndef WORLD_TURNS_H
#define WORLD_TURNS_H

#include "fiber.h"
#include "random.h"

#include <stdint.h>

enum actor {
    ACTOR_CPU_0, /* the firmware, then the operating system */
    ACTOR_CPU_1, /* of the operating system alone */
    ACTOR_TASK,  /* what ticks have the firmware do: seabios/port/task.h */
    ACTOR_DAEMON,
    ACTORS,
};

/** Of the order and length of turns, and of all that is delayed. */
extern struct random turns_random;

void turns_reset(uint64_t seed);

/** Begin an actor, whether or not it has ended. */
void actor_start(enum actor actor, fiber_main *main, void *context);

/** It is no more. */
void actor_abandon(enum actor actor);

/** Whether it has begun and not ended. */
bool actor_lives(enum actor actor);

/** The one that runs; ACTORS: none does. */
enum actor actor_running(void);

/** dom0 pauses the guest: its processors do not run for this long. */
void turns_pause_guest(uint32_t ms);
bool turns_guest_is_paused(void);

/** One turn. */
void turn(void);

/** How many there were. */
unsigned turns_count(void);

/**** For actors ****/

typedef bool turns_ready(void *context);

/** Wait for so long. */
void sleep_us(uint64_t us);

/** Wait until @ready, at most until @deadline_us of the model's clock. Return: whether it is. */
bool sleep_until(turns_ready *ready, void *context, uint64_t deadline_us);

#endif
