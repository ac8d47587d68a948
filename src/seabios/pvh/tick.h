/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The tick of a PVH guest's timer, 18.2 times a second, from its local APIC: there is no other.
 *
 * Xen's local APIC takes no vector below 10h, so the interrupt has one of its own and calls int 8.
 * Programs that take int 8 over need not know of the APIC. When they have returned, the next tick
 * is set and the interrupt acknowledged: so ticks do not nest, however long a program takes.
 *
 * In virtual 8086 mode and in protected mode nothing acknowledges the interrupt, and the ticks
 * stop.
 */
#ifndef SEABIOS_TICK_H
#define SEABIOS_TICK_H

#include "types.h" // u32

/** POST: start the ticks. */
void xenpv_tick_setup(void);

/** Find out how fast the time-stamp counter runs, and count ticks from now on: in POST, and after a
 * restore. The next tick is not set. Return: 0 if Xen does not say. */
int xenpv_tick_begin(void);

/** Whether the handlers of a tick run, among them a program's: no other tick comes until they have
 * returned. In 32-bit flat mode. @unused: for call32. Return: 1 or 0. */
int xenpv_tick_in_service_32(u32 unused);

/** After a tick, in 32-bit flat mode: set the next one, and attend to the PV console and the alarm.
 * @unused: for call32. Return: 0. */
int xenpv_tick_32(u32 unused);

/** The interrupt's handler for the table of real mode. If the alarm has come, it calls int 4Ah when
 * all of the tick is done: other ticks come while a program's handler runs, and the firmware's
 * stack is free. */
void xenpv_entry_tick(void);

#endif
