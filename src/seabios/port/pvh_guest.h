/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Whether this is a PVH guest, which has no device model: no PCI, no legacy devices, no timer but
 * that of the local APIC. The PVH entry says so (pvh/handoff.h); nothing else is a sign of it.
 */
#ifndef SEABIOS_PVH_GUEST_H
#define SEABIOS_PVH_GUEST_H

#include "biosvar.h" // GET_GLOBAL

/**
 * Not 0: this is a PVH guest. Set early in POST; all code may read it, also before. It is not in
 * low memory, because SeaBIOS writes a CMOS register before POST has put the low variables there:
 * until then code that POST still needs is in their place.
 */
extern u8 XenpvIsPvh;

static inline int xenpv_is_pvh(void)
{
    return GET_GLOBAL(XenpvIsPvh);
}

/** POST: find out. Called before anything that depends on it. */
void xenpv_pvh_find(void);

/**
 * POST: return word @number of the guest's command line, counted from 1, or NULL if there are
 * fewer. Its options are words like xenpv.console=only.
 */
const char *xenpv_pvh_word(unsigned number);

#endif
