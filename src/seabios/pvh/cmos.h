/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What a PVH guest has in the place of a PC's real-time clock: the registers are memory, and the
 * time in them comes from Xen whenever a program asks for it.
 */
#ifndef SEABIOS_CMOS_H
#define SEABIOS_CMOS_H

#include "types.h" // u8

/** Registers: those of a clock, with the century where QEMU has it. All others read 0. */
#define CMOS_REGISTERS 0x40

extern u8 XenpvCmos[CMOS_REGISTERS];

/** The guest's time in 32-bit flat mode: *@seconds since 1970, and *@nanoseconds more, unless that
 * is NULL. Return: 0, or an error, which is in the log. */
int cmos_time(u64 *seconds, u32 *nanoseconds);

/** Put the time of day into the registers, in 32-bit flat mode. @unused: for call32. Return: 0. */
int xenpv_cmos_refresh_32(u32 unused);

/** Take the time in the registers for that of the day from now on, in 32-bit flat mode. What is no
 * time changes nothing. @century: in BCD. Return: 0. */
int xenpv_cmos_set_32(u32 century);

#endif
