/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The set of PV disks of this BIOS, and what 16-bit code and 32-bit code tell each other of it.
 */
#ifndef SEABIOS_BIOS_DISKS_H
#define SEABIOS_BIOS_DISKS_H

#include "types.h" // u8

struct disks;

/** Set in POST; NULL without Xen. */
extern struct disks *xenpv_disks;

/** Whether one of our disks is open: 1 or 0, for 16-bit code. */
extern u8 XenpvOpen;

/** To be called when that may have changed, by 32-bit code. */
void xenpv_note_open(void);

/** Set by 16-bit code when a drive that is none of ours was written to, or is about to be. */
extern u8 XenpvOthersWrote;

/** Forget what is cached if that was so. By 32-bit code, before it serves a request. */
void xenpv_notice_writes(void);

#endif
