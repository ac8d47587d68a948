/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the toolstack asks of a PVH guest while firmware or a system of real mode runs: a shutdown,
 * a reboot, or to be suspended (xen/store/toolstack.h). An operating system that takes the
 * processor over looks for itself.
 */
#ifndef SEABIOS_CONTROL_H
#define SEABIOS_CONTROL_H

#include "types.h" // u8

/** Ticks until the next look: about a second. */
#define CONTROL_TICKS 18

/** Ticks without a look after an operating system has announced itself: it starts meanwhile, and
 * some systems take any reply of xenstored for one to their own first request. */
#define CONTROL_QUIET_TICKS 91

/** Ticks until the next look after a request could not be acknowledged: 14 seconds, because each
 * try closes the disks. */
#define CONTROL_RETRY_TICKS 255

/** The address of the state of xenpv_control_32; 0: the firmware does not look for requests. */
extern u32 XenpvControl;

/** Ticks until the next look, which the tick counts down; 0: it is due, and was put off. */
extern u8 XenpvControlIn;

/** POST: begin to look. Called when the disks are set up: nothing but a call to a disk uses
 * xenstore from then on. */
void xenpv_control_setup(void);

/**
 * Look, in 32-bit flat mode, and do what is asked for. While a call to a disk is in progress, it is
 * put off: call this again at the end of the call, and at the next tick. A program may read without
 * a pause, so that every tick comes in a call. @unused: for call32. Return: 0.
 */
int xenpv_control_32(u32 unused);

/** An operating system starts: leave no look in flight, and do not look for a while. In 32-bit flat
 * mode, if XenpvControl is set. @unused: for call32. Return: 0. */
int xenpv_control_leave_32(u32 unused);

#endif
