/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "power.h"

#include "biosvar.h" // VISIBLE32FLAT
#include "xen/hv/shutdown.h"

int VISIBLE32FLAT xenpv_power_off_32(u32 unused)
{
    (void)unused;
    shutdown_domain(SHUTDOWN_FOR_POWER_OFF);
    return 0;
}

void xenpv_reboot(void)
{
    shutdown_domain(SHUTDOWN_FOR_REBOOT);
}
