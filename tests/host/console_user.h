/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The console of a guest, for its tests.
 */
#ifndef CONSOLE_USER_H
#define CONSOLE_USER_H

#include "firmware.h"
#include "xen/console/console.h"

#define CONSOLE_OUT_SIZE 2048u
#define CONSOLE_IN_SIZE  1024u

/** Make a world without disks, with hypercalls but no console yet. */
void console_world(void);

/** console_world, and the console. Limits are measured from here on. */
struct console *console_start(void);

/** console_start, and one write and one read that the daemon has seen. */
struct console *console_used(void);

/** Text that differs at each place. Return: @count bytes of it from place @from on, valid until the
 * next call. */
const char *console_text(uint32_t from, uint32_t count);

/** Check that the terminal has shown exactly the text from @from on, and nothing else since @at
 * bytes. */
void console_check_shown(uint32_t at, uint32_t from, uint32_t count);

/** What the terminal has shown so far, in bytes. */
uint32_t console_shown(void);

/** Hypercalls so far, without those of waiting; notifications. */
unsigned console_hypercalls(void);
unsigned console_sends(void);

/**
 * Check that the console works in both directions with a daemon that behaves from here on; that it
 * is closed for good, has reported this once, and accesses the page no more; or either.
 */
void console_check_works(struct console *console);
void console_check_closed(struct console *console);
void console_check_end(struct console *console);

/** Check that no function of the console does anything, or costs anything. */
void console_check_costs_nothing(struct console *console);

#endif
