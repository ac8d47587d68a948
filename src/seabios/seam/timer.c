/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' timer.c with its set-up behind ours: a PVH guest has no timer of a PC by which SeaBIOS
 * could measure the time-stamp counter. Xen says how fast it runs.
 */
#define timer_setup seabios_timer_setup
#include "src/hw/timer.c"
#undef timer_setup

#include "seabios/port/pvh_guest.h"
#include "xen/hv/detect.h"

void timer_setup(void);

void timer_setup(void)
{
    struct xen_leaves xen;

    if (CONFIG_XENPV)
        xenpv_pvh_find();
    if (CONFIG_XENPV && xenpv_is_pvh() && xen_detect(&xen) && xen.tsc_khz)
        tsctimer_setfreq(xen.tsc_khz, "Xen");
    else
        seabios_timer_setup();
}
