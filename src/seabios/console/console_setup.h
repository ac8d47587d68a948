/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * POST: begin to use the guest's PV console.
 */
#ifndef SEABIOS_CONSOLE_SETUP_H
#define SEABIOS_CONSOLE_SETUP_H

/** POST, before the first text is shown: choose the mode of the console and begin. */
void xenpv_console_setup(void);

#endif
