/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' apm.c with handle_1553 behind ours: a power-off leaves the disks flushed and closed. A
 * PVH guest has no port that switches it off.
 */
#define handle_1553 seabios_handle_1553
#include "src/apm.c"
#undef handle_1553

#include "seabios/int13/drives_close.h"
#include "seabios/port/call32.h"
#include "seabios/port/pvh_guest.h"
#include "seabios/pvh/power.h"

#define SET_POWER_STATE 0x07
#define ALL_DEVICES     1
#define STATE_OFF       3

void handle_1553(struct bregs *regs);

static int apm_is_power_off(struct bregs *regs)
{
    return regs->al == SET_POWER_STATE && regs->bx == ALL_DEVICES && regs->cx == STATE_OFF;
}

/* Int15 AH=53h. SeaBIOS' own power-off stops the processor, which is one for Xen if no other
 * processor runs. */
void handle_1553(struct bregs *regs)
{
    if (CONFIG_XENPV && CONFIG_APMBIOS && MODE16 && apm_is_power_off(regs) && call32_works()) {
        call32(xenpv_close_32, XENPV_CLOSE_FOR_BOOT, 0);
        if (xenpv_is_pvh())
            call32(xenpv_power_off_32, 0, 0);
    }
    seabios_handle_1553(regs);
}
