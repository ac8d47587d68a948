/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The screen on the PV console.
 */
#ifndef SEABIOS_CONSOLE_OUTPUT_H
#define SEABIOS_CONSOLE_OUTPUT_H

#include "console_state.h"

/** Send what makes the terminal show the screen, as much as there is room for; room for
 * console_output_leave stays. Return: whether anything was sent. */
bool console_output(struct xenpv_console *console);

/** Return: whether console_output has room to send anything: not if nothing reads the console. */
bool console_output_has_room(struct xenpv_console *console);

/** Leave the terminal to an operating system: show the last of the screen, and put the cursor below
 * its text. */
void console_output_leave(struct xenpv_console *console);

#endif
