/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The alarm of a PVH guest (int1A AH=06h), by its ticks: it has no clock that could interrupt.
 *
 * A tick only compares the time-stamp counter with the count at which to look at the clock. The
 * clock may run at another rate, and dom0 may set it: so that count is never more than a minute
 * away, and the clock decides.
 */
#ifndef SEABIOS_ALARM_H
#define SEABIOS_ALARM_H

#include "types.h" // u32

/** 1: the alarm has come, and int 4Ah is to be called. The tick's entry does that, with 2 as the
 * value meanwhile: as on a PC, the handler is not called again before it has returned. */
extern u8 XenpvAlarmRings;

/** Find out anew when the alarm is due, in 32-bit flat mode, after a program has set the alarm, the
 * time or the date, or has turned the alarm off. @unused: for call32. Return: 0. */
int xenpv_alarm_plan_32(u32 unused);

/** At a tick, in 32-bit flat mode: set XenpvAlarmRings if the alarm is due. Each comes once, and
 * the next one a day later or when its registers say. @counter: the time-stamp counter. */
void xenpv_alarm_tick(u64 counter);

/** Look at the clock at the next tick, in 32-bit flat mode: more time may have passed than the
 * time-stamp counter shows. */
void xenpv_alarm_look(void);

#endif
