/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' system.c with handle_15 and handle_1589 behind ours: when an operating system announces
 * the mode in which it will run, the firmware closes the disks and leaves the PV console. The
 * system may still read some sectors: Linux reads the boot sectors of all disks (EDD) after this
 * call. Source: AMD's BIOS and Kernel Developer's Guide, "Detect Target Operating Mode" (INT 15h,
 * AX=EC00h); the 16-bit code of Linux calls it before it leaves real mode.
 */
#define handle_15   seabios_handle_15
#define handle_1589 seabios_handle_1589
#include "src/system.c"
#undef handle_15
#undef handle_1589

#include "seabios/console/console_calls.h"
#include "seabios/int13/drives_close.h"
#include "seabios/int13/kept.h"
#include "seabios/port/call32.h"
#include "seabios/pvh/control.h"
#include "stacks.h" // call32

#define DETECT_TARGET_OPERATING_MODE 0xec00

void handle_15(struct bregs *regs);
void handle_1589(struct bregs *regs);

/* Close the disks, and leave xenstore and the console. */
static void system_starts(void)
{
    call32(xenpv_close_32, XENPV_CLOSE_FOR_SYSTEM, 0);
    if (GET_LOW(XenpvControl))
        call32(xenpv_control_leave_32, 0, 0);
    if (GET_LOW(XenpvConsole))
        call32(xenpv_console_32, XENPV_CONSOLE_LEAVE, 0);
}

// INT 15h System Services Entry Point
void VISIBLE16 handle_15(struct bregs *regs)
{
    if (CONFIG_XENPV && regs->ax == DETECT_TARGET_OPERATING_MODE && call32_works())
        system_starts();
    if (CONFIG_XENPV)
        xenpv_kept_look_at(regs->ax);
    seabios_handle_15(regs);
}

/* The switch to protected mode. SeaBIOS calls this on the caller's stack, which may be small. */
void VISIBLE16 handle_1589(struct bregs *regs)
{
    if (CONFIG_XENPV)
        stack_hop(xenpv_kept_look_at, regs->ax, 0);
    seabios_handle_1589(regs);
}
