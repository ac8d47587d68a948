/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The worker's child processes. The worker never waits for one: a child that is killed may still
 * live for long, if a device or a file system blocks it, and is reaped when it has ended.
 */
#ifndef HOOKD_CHILDREN_H
#define HOOKD_CHILDREN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum child_kind { CHILD_DROP, CHILD_REPLAY, CHILD_KINDS };

/** Maximum number of children of a kind, including those that are killed and not reaped. */
#define CHILDREN_MAX 64u

/**
 * Fork. The daemon has threads, so until it calls exec the child may only call functions that are
 * safe in a signal handler.
 *
 * Return: as fork; -1 with EBUSY if there are CHILDREN_MAX.
 */
pid_t child_start(enum child_kind kind);

/** Reap a child if it has ended. Return: whether it has; *@status is only set if so. */
bool child_has_ended(enum child_kind kind, pid_t process, int *status);

/** Kill a child, and reap it later. @tag: for child_is_killed. */
void child_kill(enum child_kind kind, pid_t process, uint64_t tag);

/** Return: whether a child with @tag is killed and not reaped. */
bool child_is_killed(enum child_kind kind, uint64_t tag);

/** Reap the killed children that have ended; call it on SIGCHLD. */
void children_reap(void);

#endif
