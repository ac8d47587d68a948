/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The screen of a VGA on the PV console.
 */
#ifndef SEABIOS_CONSOLE_MIRROR_H
#define SEABIOS_CONSOLE_MIRROR_H

#include "console_state.h"

/** POST: show the VGA's screen from now on. */
void console_mirror_begin(struct xenpv_console *console);

/** A tick: look at the VGA if it is time, and send what has changed. */
void console_mirror_tick(struct xenpv_console *console);

/** The user has typed: look soon, because the program answers within the next ticks. */
void console_mirror_hasten(struct xenpv_console *console);

/** Look at the VGA now. */
void console_mirror_look(struct xenpv_console *console);

#endif
