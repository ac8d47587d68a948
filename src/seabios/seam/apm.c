/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' apm.c with its power-off behind ours: it leaves the disks flushed and closed. A PVH
 * guest has no port that switches it off.
 */
#define apm_shutdown seabios_apm_shutdown
#include "src/apm.c"
#undef apm_shutdown

#include "seabios/int13/drives_close.h"
#include "seabios/port/call32.h"
#include "seabios/port/pvh_guest.h"
#include "seabios/pvh/power.h"

void apm_shutdown(void);

/* SeaBIOS' own stops the processor, which is a power-off for Xen if no other one runs. */
void apm_shutdown(void)
{
    if (CONFIG_XENPV && MODE16 && call32_works()) {
        call32(xenpv_close_32, XENPV_CLOSE_FOR_BOOT, 0);
        if (xenpv_is_pvh())
            call32(xenpv_power_off_32, 0, 0);
    }
    seabios_apm_shutdown();
}
