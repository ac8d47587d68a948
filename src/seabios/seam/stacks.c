/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' stacks.c without port accesses under Xen, and with access to two of its variables: the
 * one by which POST keeps interrupts out of waits until there are handlers for them, and the one
 * that says where in the stack of 16-bit code the next call begins.
 */
#include "biosvar.h"     // SET_LOW
#include "fw/paravirt.h" // runningOnXen
#include "hw/rtc.h"      // NMI_DISABLE_BIT
#include "memmap.h"      // SYMBOL
#include "x86.h"         // inb

/*
 * SeaBIOS masks NMIs through the CMOS index port and opens the A20 gate on each switch between 16
 * and 32 bits. In a Xen guest neither has an effect: Xen ignores the bit that masks NMIs, and has
 * no A20 gate for hardware-virtualised guests. But each access to such a port is an exit to the
 * device model, and each call makes six. Source: Xen's rtc_ioport_write (hvm/rtc.c), and QEMU's
 * port 92h: under Xen, QEMU has no processor whose A20 gate it could switch.
 */
static u8 stacks_inb(u16 port)
{
    return runningOnXen() ? NMI_DISABLE_BIT : inb(port);
}

static void stacks_outb(u8 value, u16 port)
{
    if (!runningOnXen())
        outb(value, port);
}

static u8 stacks_set_a20(u8 cond)
{
    return runningOnXen() ? 1 : set_a20(cond);
}

#define inb     stacks_inb
#define outb    stacks_outb
#define set_a20 stacks_set_a20
#include "src/stacks.c"
#undef inb
#undef outb
#undef set_a20

#include "interrupts.h"

void xenpv_interrupts_off(void)
{
    ASSERT32FLAT();
    CanInterrupt = 0;
}

void xenpv_stack_restart(void)
{
    ASSERT32FLAT();
    SET_LOW(StackPos, &ExtraStack[BUILD_EXTRA_STACK_SIZE] - SYMBOL(zonelow_base));
}
