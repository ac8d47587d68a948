/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' apm.c with handle_1553 behind ours: a power-off leaves the disks flushed and closed. A
 * PVH guest has no port that switches it off, and no interrupt but that of ticks.
 */
#define handle_1553 seabios_handle_1553
#include "src/apm.c"
#undef handle_1553

#include "seabios/int13/drives_close.h"
#include "seabios/port/call32.h"
#include "seabios/port/function_32.h"
#include "seabios/port/pvh_guest.h"
#include "seabios/port/vcpi.h"
#include "seabios/pvh/power.h"
#include "seabios/pvh/tick.h"
#include "stacks.h" // yield

#define CPU_IDLE        0x05
#define SET_POWER_STATE 0x07
#define ALL_DEVICES     1
#define STATE_OFF       3

void handle_1553(struct bregs *regs);

static int apm_is_power_off(struct bregs *regs)
{
    return regs->al == SET_POWER_STATE && regs->bx == ALL_DEVICES && regs->cx == STATE_OFF;
}

int VISIBLE32FLAT apm_leave_32(u32 unused)
{
    (void)unused;
    xenpv_close_32(XENPV_CLOSE_FOR_BOOT);
    if (xenpv_is_pvh())
        xenpv_power_off_32(0);
    return 0;
}

/* Whether a program that is idle would wait for ever: no tick comes while its own handler of a tick
 * runs. */
static int apm_has_no_interrupt(void)
{
    return xenpv_is_pvh() && call32_works() && call32(xenpv_tick_in_service_32, 0, 0) == 1;
}

/* Int15 AH=53h. SeaBIOS' own power-off stops the processor, which is one for Xen if no other
 * processor runs. */
void handle_1553(struct bregs *regs)
{
    if (CONFIG_XENPV && CONFIG_APMBIOS && MODE16 && apm_is_power_off(regs)) {
        if (call32_works())
            call32(apm_leave_32, 0, 0);
        else
            vcpi_call(FUNCTION_32(apm_leave_32), 0);
    }
    if (CONFIG_XENPV && CONFIG_APMBIOS && MODE16 && regs->al == CPU_IDLE &&
        apm_has_no_interrupt()) {
        yield();
        set_success(regs);
        return;
    }
    seabios_handle_1553(regs);
}
