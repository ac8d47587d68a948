/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Keys from the PV console.
 */
#ifndef SEABIOS_CONSOLE_INPUT_H
#define SEABIOS_CONSOLE_INPUT_H

#include "console_state.h"

/** Move keys from the console to the keyboard buffer, as many as it has room for. Return: whether
 * any byte came. */
bool console_input(struct xenpv_console *console);

#endif
