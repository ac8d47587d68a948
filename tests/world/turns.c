/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "turns.h"

#include "backends.h"
#include "dom0_qemu.h"
#include "dom0_store.h"
#include "media.h"
#include "report.h"
#include "rules.h"
#include "script.h"
#include "toolstack.h"

#include "model/world.h"

#include <string.h>

/* Longer and longer ones while nothing changes. */
#define TURN_US        250u
#define TURN_CALM_US   1000u
#define TURN_QUIET_US  5000u
#define CALM_AFTER_US  200000u
#define QUIET_AFTER_US 2000000u

#define TURNS_MAX 4000000u

struct random turns_random;

static struct {
    struct fiber *fiber;
    uint64_t wake_us;
    turns_ready *ready;
    void *context;
} actors[ACTORS];

static unsigned count;
static uint64_t paused_until_us, changed_us;
static unsigned changes;

void turns_reset(uint64_t seed)
{
    memset(actors, 0, sizeof(actors));
    random_begin(&turns_random, seed);
    count = changes = 0;
    paused_until_us = changed_us = 0;
}

unsigned turns_count(void)
{
    return count;
}

/**** Actors ****/

void actor_start(enum actor actor, fiber_main *main, void *context)
{
    actor_abandon(actor);
    memset(&actors[actor], 0, sizeof(actors[actor]));
    actors[actor].fiber = fiber_start(main, context);
}

void actor_abandon(enum actor actor)
{
    if (actors[actor].fiber)
        fiber_abandon(actors[actor].fiber);
    actors[actor].fiber = NULL;
}

bool actor_lives(enum actor actor)
{
    return actors[actor].fiber && !fiber_has_ended(actors[actor].fiber);
}

enum actor actor_running(void)
{
    unsigned actor = 0;

    while (actor < ACTORS && actors[actor].fiber != fiber_running())
        actor++;
    return actor;
}

bool sleep_until(turns_ready *ready, void *context, uint64_t deadline_us)
{
    enum actor actor = actor_running();

    actors[actor].wake_us = deadline_us;
    actors[actor].ready = ready;
    actors[actor].context = context;
    fiber_yield();
    return ready && ready(context);
}

void sleep_us(uint64_t us)
{
    sleep_until(NULL, NULL, clock_now_us() + us);
}

void turns_pause_guest(uint32_t ms)
{
    uint64_t until_us = clock_now_us() + ms * UINT64_C(1000);

    if (until_us > paused_until_us)
        paused_until_us = until_us;
}

bool turns_guest_is_paused(void)
{
    return clock_now_us() < paused_until_us;
}

static void actor_run(enum actor actor)
{
    if (!actor_lives(actor) || (actor != ACTOR_DAEMON && turns_guest_is_paused()))
        return;
    if (clock_now_us() < actors[actor].wake_us &&
        !(actors[actor].ready && actors[actor].ready(actors[actor].context)))
        return;
    fiber_resume(actors[actor].fiber);
}

/**** Turns ****/

/* How long nothing has changed that an actor may wait for. */
static uint64_t calm_us(void)
{
    unsigned now = store_tree.generation + backends_requests() + script_position();

    if (now != changes)
        changed_us = clock_now_us();
    changes = now;
    return clock_now_us() - changed_us;
}

static uint32_t turn_us(void)
{
    uint64_t calm = calm_us();
    uint32_t most = calm > QUIET_AFTER_US  ? TURN_QUIET_US
                    : calm > CALM_AFTER_US ? TURN_CALM_US
                                           : TURN_US;

    return most / 5 + random_below(&turns_random, most);
}

void turn(void)
{
    unsigned first = random_below(&turns_random, ACTORS);

    if (++count == TURNS_MAX)
        violation("the run does not come to its end");
    clock_advance_us(turn_us());
    world_run();
    backends_run();
    toolstack_run();
    media_run();
    qemu_run();
    script_run();
    dom0_store_run();
    for (unsigned i = 0; i < ACTORS; i++)
        actor_run((first + i) % ACTORS);
    rules_check();
}
