/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What 16-bit code calls of the PV console, in 32-bit flat mode. Only with XenpvConsole set.
 */
#ifndef SEABIOS_CONSOLE_CALLS_H
#define SEABIOS_CONSOLE_CALLS_H

#include "biosvar.h" // GET_LOW
#include "x86.h"     // rdtscll

/** The address of the console's state, for 16-bit code; 0: there is no console, or it shows no
 * screen. */
extern u32 XenpvConsole;

/** When the terminal is next to be updated without a tick, in the units of console_clock. */
extern u32 XenpvUpdateAt;

/** Return the time, in 2^20 counts of the time-stamp counter: a quarter of a millisecond at 4 GHz.
 * It wraps. */
static inline u32 console_clock(void)
{
    return rdtscll() >> 20;
}

/** Return: whether a program that prints or asks for keys has to update the terminal itself. */
static inline int console_update_is_due(void)
{
    return (s32)(console_clock() - GET_LOW(XenpvUpdateAt)) >= 0;
}

/** Why the console's 32-bit code is called. */
enum xenpv_console_occasion {
    XENPV_CONSOLE_UPDATE, /* int10 may have changed the screen, and an update is due */
    XENPV_CONSOLE_TICK,   /* a tick of the timer: take keys, and update */
    XENPV_CONSOLE_KEY,    /* a program wants a key: the same, but no look at a VGA */
    XENPV_CONSOLE_LEAVE,  /* an operating system starts: leave the console as it wants to find it */
};

/** Attend to the PV console, in 32-bit flat mode. @occasion: an enum xenpv_console_occasion.
 * Return: 0. */
int xenpv_console_32(u32 occasion);

#endif
