/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "bios_disks.h"

#include "biosvar.h" // SET_LOW
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_transfer.h"

struct disks *xenpv_disks;

u8 XenpvOpen VARLOW;
u8 XenpvOthersWrote VARLOW;

/*
 * For the 16-bit code, which cannot look itself.
 *
 * Aligned for what stands before all 32-bit code: the variables and the stack of 16-bit code, up to
 * where the code begins, be it in the middle of a page. Whatever watches for changes of code by
 * pages, as emulators do, takes each word that is pushed for one then. SeaBIOS' layout begins the
 * code at a multiple of the largest alignment in it, so this one gives it pages of its own. Any
 * function of 32-bit code would do; here it costs few bytes.
 */
void noinline __aligned(PAGE_SIZE) xenpv_note_open(void)
{
    SET_LOW(XenpvOpen, disks_are_open(xenpv_disks));
}

/* What was written by a drive that is none of ours, any of our disks may show. */
void xenpv_notice_writes(void)
{
    if (!GET_LOW(XenpvOthersWrote))
        return;
    SET_LOW(XenpvOthersWrote, 0);
    disks_forget_cached(xenpv_disks);
}
