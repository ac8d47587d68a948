/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What 16-bit code calls of the PV console, in 32-bit flat mode. Only with XenpvConsole set.
 */
#ifndef SEABIOS_CONSOLE_CALLS_H
#define SEABIOS_CONSOLE_CALLS_H

#include "types.h" // u32

struct bregs;

/** The address of the console's state, for 16-bit code; 0: there is no console, or it shows no
 * screen. */
extern u32 XenpvConsole;

/** Serve a call of int10. @regs: the caller's registers. Return: 0. */
int xenpv_console_int10_32(struct bregs *regs);

/** A tick of the timer, or a program waits for a key: take keys, update the terminal. @unused: 0.
 * Return: 0. */
int xenpv_console_tick_32(unsigned unused);

/** An operating system starts: leave the console as it wants to find it. @unused: 0. Return: 0. */
int xenpv_console_leave_32(unsigned unused);

#endif
