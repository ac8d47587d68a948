/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Run the console's 32-bit code on a stack of its own.
 *
 * The stack that the caller comes with is small, and shared with int13 and its waits. Code on the
 * console's stack must not let interrupts in: the next tick would begin at the same place.
 */
#ifndef SEABIOS_CONSOLE_STACK_H
#define SEABIOS_CONSOLE_STACK_H

#include "console_state.h"

/* console_call passes the argument in a register. */
#define ON_CONSOLE_STACK __attribute__((regparm(3)))

typedef void ON_CONSOLE_STACK console_function(struct xenpv_console *console);

/** Call @function on the console's stack. Does nothing if code runs there already, as when the
 * console itself writes to the log. */
void console_call(struct xenpv_console *console, console_function *function);

#endif
