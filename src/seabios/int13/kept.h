/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The disks that strict mode leaves open for a system that lives on int13 (xen/disk/keep_open.h):
 * ticks close them when it pauses, and signs of a starting system do so at once.
 */
#ifndef SEABIOS_KEPT_H
#define SEABIOS_KEPT_H

#include "types.h" // u8

#include <stdbool.h>

/** Set by 16-bit code: a tick or a call to a disk came in a mode from which 32-bit code cannot be
 * reached, so that nothing can close the disks. */
extern u8 XenpvUnreached;

/** POST: prepare to close disks at ticks. Return: false if there is no memory; then none may stay
 * open. */
bool kept_setup(void);

/** In 32-bit flat mode, before a call to a disk: end what ticks have begun. */
void kept_prepare(void);

/** The same before disks_close_all, which closes what ticks have begun to close: another system may
 * have run since. */
void kept_abandon(void);

/** A tick of the BIOS, in 32-bit flat mode, if XenpvKept is DISKS_KEPT_OPEN. It takes one step of
 * closing the disks, and never waits. @unused: for call32. Return: 0. */
int xenpv_kept_tick_32(u32 unused);

/** A sign of a starting system, in 32-bit flat mode, if XenpvKept is set. @unused: for call32.
 * Return: 0. */
int xenpv_kept_sign_32(u32 unused);

/** 16-bit code: a tick of the BIOS. */
void xenpv_kept_tick(void);

/** 16-bit code: int15 is called with AX=@function, which may be a sign of a starting system. */
void xenpv_kept_look_at(u16 function);

/** 16-bit code: a call to a disk cannot reach 32-bit code. */
void xenpv_kept_unreached(void);

#endif
