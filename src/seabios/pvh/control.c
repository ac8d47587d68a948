/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "control.h"

#include "alarm.h"
#include "biosvar.h" // SET_LOW
#include "power.h"
#include "seabios/int13/bios_disks.h"
#include "seabios/int13/drives_close.h"
#include "seabios/port/xen_core.h"
#include "string.h" // memset
#include "tick.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/disk/disks_handover.h"
#include "xen/hv/shutdown.h"
#include "xen/store/toolstack.h"

u8 XenpvControlIn VARLOW;

struct control {
    struct core *core;
    struct toolstack toolstack;
    u8 looking; /* in a guest without PV disks */
};

u32 XenpvControl VARLOW;

void VISIBLE32INIT xenpv_control_setup(void)
{
    int error;
    struct core *core = xenpv_core(&error);
    struct control *control =
        core ? platform_alloc_reserved(sizeof(*control), sizeof(uint64_t)) : NULL;

    if (!control)
        return;
    memset(control, 0, sizeof(*control));
    control->core = core;
    SET_LOW(XenpvControlIn, CONTROL_TICKS);
    SET_LOW(XenpvControl, (u32)control);
}

/* Whether it is another domain now shows when xenstore and the console are used next. Time has
 * passed that the counter of the processor does not show. */
static void control_suspend(void)
{
    if (shutdown_suspend())
        return;
    log_info("pvh: resumed\n");
    if (xenpv_disks)
        disks_enter_domain(xenpv_disks);
    xenpv_tick_begin();
    xenpv_alarm_look();
}

static void control_do(enum toolstack_request request)
{
    switch (request) {
    case TOOLSTACK_NOTHING:
        break;
    case TOOLSTACK_SUSPEND:
        log_info("pvh: suspended by the toolstack\n");
        control_suspend();
        break;
    case TOOLSTACK_REBOOT:
        log_info("pvh: restarted by the toolstack\n");
        xenpv_reboot();
        break;
    case TOOLSTACK_POWER_OFF:
        log_info("pvh: switched off by the toolstack\n");
        xenpv_power_off_32(0);
        break;
    }
}

/* A look lets interrupts in while it waits. Their handlers may call int13, and there may be another
 * tick: neither may use xenstore meanwhile. */
static int control_begin(struct control *control)
{
    if (xenpv_disks)
        return disks_hold(xenpv_disks);
    if (control->looking)
        return 0;
    control->looking = 1;
    return 1;
}

static void control_end(struct control *control)
{
    control->looking = 0;
    if (xenpv_disks)
        disks_release(xenpv_disks);
}

/* Not on the stack of an interrupted call to a disk: scripts/stack-depth counts it by itself. */
static noinline void control_look(struct control *control)
{
    enum toolstack_request request = toolstack_look(&control->toolstack, control->core);

    control_end(control);
    if (request == TOOLSTACK_NOTHING)
        return;
    /* The disks are closed and flushed first: another host may use them next. That may take longer
     * than the toolstack waits, and it can withdraw only a request that is not taken: libxl leaves
     * a guest that suspends later suspended. */
    xenpv_close_32(XENPV_CLOSE_FOR_BOOT);
    if (!control_begin(control))
        return;
    request = toolstack_take(&control->toolstack, control->core);
    if (request == TOOLSTACK_SUSPEND && xenpv_disks)
        disks_leave_domain(xenpv_disks);
    control_end(control);
    if (control->toolstack.error)
        SET_LOW(XenpvControlIn, CONTROL_RETRY_TICKS);
    control_do(request);
}

int VISIBLE32FLAT xenpv_control_32(u32 unused)
{
    struct control *control = (void *)GET_LOW(XenpvControl);

    (void)unused;
    if (!control_begin(control)) {
        /* The call looks when it ends, or the next tick. */
        SET_LOW(XenpvControlIn, 0);
        return 0;
    }
    SET_LOW(XenpvControlIn, CONTROL_TICKS);
    control_look(control);
    return 0;
}

int VISIBLE32FLAT xenpv_control_leave_32(u32 unused)
{
    struct control *control = (void *)GET_LOW(XenpvControl);

    (void)unused;
    SET_LOW(XenpvControlIn, CONTROL_QUIET_TICKS);
    if (!control_begin(control))
        return 0;
    toolstack_settle(control->core);
    control_end(control);
    return 0;
}
