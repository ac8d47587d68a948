/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "bios_disks.h"

#include "biosvar.h" // SET_LOW
#include "seabios/port/task.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_transfer.h"

struct disks *xenpv_disks;
int xenpv_disks_error;

u8 XenpvOpen VARLOW;
u8 XenpvKept VARLOW;
u8 XenpvOthersWrote VARLOW;

/*
 * Set XenpvOpen and XenpvKept for 16-bit code, which cannot check by itself.
 *
 * The alignment is for what stands before all 32-bit code: the variables and the stack of 16-bit
 * code, which would otherwise share a page with code. Emulators detect changes of code by pages,
 * and would treat each word pushed there as one. SeaBIOS' layout aligns the start of the code to
 * the largest alignment in it, so this function gives the code pages of its own. Any function of
 * 32-bit code would do; here it costs few bytes.
 */
void noinline __aligned(PAGE_SIZE) xenpv_note_open(void)
{
    SET_LOW(XenpvOpen, disks_are_open(xenpv_disks));
    /* While ticks close disks, more ticks are needed, whatever the state of the disks. */
    SET_LOW(XenpvKept, task_is_in_progress() ? DISKS_KEPT_OPEN : disks_kept(xenpv_disks));
}

/* Any of our disks may show what another drive has written. */
void xenpv_notice_writes(void)
{
    if (!GET_LOW(XenpvOthersWrote))
        return;
    SET_LOW(XenpvOthersWrote, 0);
    disks_forget_cached(xenpv_disks);
}
