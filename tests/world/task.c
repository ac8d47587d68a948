/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The firmware's task (seabios/port/task.h) as an actor: it runs only while its caller waits. */
#include "seabios/port/task.h"

#include "turns.h"

#include <stddef.h>

static void (*task_function)(void);
static bool in_progress, stepping;

static bool is_stepping(void *context)
{
    (void)context;
    return stepping;
}

static bool is_stepped(void *context)
{
    (void)context;
    return !stepping;
}

static void run(void *context)
{
    (void)context;
    sleep_until(is_stepping, NULL, UINT64_MAX);
    task_function();
    in_progress = stepping = false;
}

void task_begin(void (*function)(void))
{
    task_function = function;
    in_progress = true;
    stepping = false;
    actor_start(ACTOR_TASK, run, NULL);
}

bool task_is_in_progress(void)
{
    return in_progress;
}

void task_step(void)
{
    if (!in_progress || stepping)
        return;
    stepping = true;
    sleep_until(is_stepped, NULL, UINT64_MAX);
}

void task_abandon(void)
{
    in_progress = stepping = false;
    actor_abandon(ACTOR_TASK);
}

bool task_pause(void)
{
    if (actor_running() != ACTOR_TASK)
        return false;
    stepping = false;
    sleep_until(is_stepping, NULL, UINT64_MAX);
    return true;
}

/* There is always memory for its stack. */
bool xenpv_task_setup(void)
{
    return true;
}
