/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A task: 32-bit code that waits, but whose caller may not. It has a stack of its own, and goes on
 * from wait to wait: at each wait it returns to its caller, which calls it again later.
 *
 * There is one task. It lets no interrupts in.
 */
#ifndef SEABIOS_TASK_H
#define SEABIOS_TASK_H

#include <stdbool.h>

/** POST: allocate the stack. Return: false if there is no memory. */
bool xenpv_task_setup(void);

/** Let the task call @function, at its first step. Only if no task is in progress. */
void task_begin(void (*function)(void));

/** Check whether a task is in progress. */
bool task_is_in_progress(void);

/** Go on with the task in progress up to its next wait. Does nothing in the task itself. */
void task_step(void);

/** Never go on with the task in progress. */
void task_abandon(void);

/** A wait takes a turn. In the task: return to the caller of task_step, and return once that is
 * called again. Return: false, at once, outside of the task. */
bool task_pause(void);

#endif
