/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' resume.c with handle_resume32 behind ours: a reset through the BIOS (Ctrl-Alt-Del, a
 * jump to the reset vector, the BIOS itself after a failed boot) leaves the disks closed. The
 * machine's first start does not come here, and a reset by a port does not reach the BIOS. A PVH
 * guest has no port that resets it.
 */
#define handle_resume32 seabios_handle_resume32
#include "src/resume.c"
#undef handle_resume32

#include "interrupts.h"
#include "seabios/int13/drives_close.h"
#include "seabios/port/pvh_guest.h"
#include "seabios/pvh/power.h"

/* Reset code in CMOS: resume from suspend to RAM. The disks belong to the suspended system. */
#define STATUS_S3_RESUME 0xfe

void handle_resume32(int status);

/* Runs on a stack of its own below 4 KiB, which nothing else needs any more; does not return. */
void VISIBLE32FLAT handle_resume32(int status)
{
    /* SeaBIOS resets a machine that does not say where to resume. */
    if (CONFIG_XENPV && (status != STATUS_S3_RESUME || !find_resume_vector())) {
        /* An operating system may have run: its interrupt handlers are not in the table of real
         * mode. */
        xenpv_interrupts_off();
        xenpv_close_32(XENPV_CLOSE_FOR_BOOT);
        if (xenpv_is_pvh())
            xenpv_reboot();
    }
    seabios_handle_resume32(status);
}
