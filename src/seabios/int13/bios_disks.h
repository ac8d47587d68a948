/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The PV disks of this BIOS, and the flags that 16-bit and 32-bit code share about them.
 */
#ifndef SEABIOS_BIOS_DISKS_H
#define SEABIOS_BIOS_DISKS_H

#include "types.h" // u8

struct disks;

/** Set in POST; NULL without Xen. */
extern struct disks *xenpv_disks;

/** Set in POST: the error, -XEN_E*, that left xenpv_disks NULL; 0 otherwise. */
extern int xenpv_disks_error;

/** Whether any of our disks is open: 1 or 0, for 16-bit code. */
extern u8 XenpvOpen;

/** What strict mode has left open, or may leave open: an enum disks_kept, for 16-bit code. */
extern u8 XenpvKept;

/** Update XenpvOpen and XenpvKept; 32-bit code calls it when that may have changed. */
void xenpv_note_open(void);

/** Set by 16-bit code when another drive was written to, or is about to be. */
extern u8 XenpvOthersWrote;

/** Forget what is cached if XenpvOthersWrote is set. 32-bit code calls it before it serves a
 * request. */
void xenpv_notice_writes(void);

#endif
