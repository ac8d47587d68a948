/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kept.h"

#include "bios_disks.h"
#include "biosvar.h" // SET_LOW
#include "seabios/port/task.h"
#include "xen/base/platform.h"
#include "xen/disk/disks_handover.h"

u8 XenpvUnreached VARLOW;

/* A call waits for the end of the task. Its waits let ticks in, and handlers that call int13: these
 * must not begin the same on what is left of the stack. The build requires such a variable to be
 * public. */
u8 XenpvKeptWaits VARLOW;

bool kept_setup(void)
{
    return xenpv_task_setup();
}

static void kept_close(void)
{
    disks_close_kept(xenpv_disks);
}

static void kept_finish(void)
{
    SET_LOW(XenpvKeptWaits, 1);
    task_step();
    while (task_is_in_progress()) {
        platform_pause();
        task_step();
    }
    SET_LOW(XenpvKeptWaits, 0);
}

void kept_abandon(void)
{
    SET_LOW(XenpvKeptWaits, 0);
    task_abandon();
}

void kept_prepare(void)
{
    /* The disks are busy, so this call is refused. */
    if (GET_LOW(XenpvKeptWaits))
        return;
    kept_finish();
    if (!GET_LOW(XenpvUnreached))
        return;
    SET_LOW(XenpvUnreached, 0);
    disks_keep_no_more(xenpv_disks, "int13 or a tick came in virtual 8086 or protected mode");
}

int VISIBLE32FLAT xenpv_kept_tick_32(u32 unused)
{
    (void)unused;
    /* The call that waits takes the last step: what comes after it has the stack. */
    if (GET_LOW(XenpvKeptWaits))
        return 0;
    if (!task_is_in_progress() && disks_note_tick(xenpv_disks))
        task_begin(kept_close);
    task_step();
    xenpv_note_open();
    return 0;
}

int VISIBLE32FLAT xenpv_kept_sign_32(u32 unused)
{
    (void)unused;
    kept_prepare();
    disks_note_sign(xenpv_disks);
    xenpv_note_open();
    return 0;
}
