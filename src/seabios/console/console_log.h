/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The firmware's log on the PV console.
 */
#ifndef SEABIOS_CONSOLE_LOG_H
#define SEABIOS_CONSOLE_LOG_H

struct xenpv_console;

/** POST: show the log on @console from its beginning on. */
void xenpv_console_log_begin(struct xenpv_console *console);

/** Show the lines that 32-bit code has logged since the last call, as many as there is room for.
 * Never waits. Does nothing before xenpv_console_log_begin. */
void xenpv_console_log(void);

#endif
