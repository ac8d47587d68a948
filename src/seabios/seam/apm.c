/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' apm.c with its power-off behind ours: a PVH guest has no port for it.
 */
#define apm_shutdown seabios_apm_shutdown
#include "src/apm.c"
#undef apm_shutdown

#include "seabios/port/call32.h"
#include "seabios/port/pvh_guest.h"
#include "seabios/pvh/power.h"

void apm_shutdown(void);

/* SeaBIOS' own stops the processor, which is a power-off for Xen if no other one runs. */
void apm_shutdown(void)
{
    if (CONFIG_XENPV && MODE16 && xenpv_is_pvh() && call32_works())
        call32(xenpv_power_off_32, 0, 0);
    seabios_apm_shutdown();
}
