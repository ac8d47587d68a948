/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "bios_disks.h"
#include "biosvar.h" // GET_LOW
#include "kept.h"
#include "seabios/port/call32.h"
#include "seabios/port/idt.h"
#include "stacks.h" // call32
#include "xen/disk/disks_handover.h"

/* What a system asks about memory before it takes the machine, and how it may take it: int15 with
 * these values of AX or of AH. */
#define MEMORY_MAP      0xe820
#define MEMORY_SIZE_4G  0xe801
#define MEMORY_SIZE_64M 0x88 /* AH */
#define PROTECTED_MODE  0x89 /* AH */

static int kept_is_sign(u16 function)
{
    u8 high = function >> 8;

    return function == MEMORY_MAP || function == MEMORY_SIZE_4G || high == MEMORY_SIZE_64M ||
           high == PROTECTED_MODE;
}

/* call32 puts the table of interrupts where the processor has it at first; a program that has moved
 * it does not expect that of an interrupt. */
void xenpv_kept_tick(void)
{
    struct descloc_s idt;

    if (GET_LOW(XenpvKept) != DISKS_KEPT_OPEN)
        return;
    if (!call32_works()) {
        xenpv_kept_unreached();
        return;
    }
    idt_store(&idt);
    call32(xenpv_kept_tick_32, 0, 0);
    idt_load(&idt);
}

void xenpv_kept_look_at(u16 function)
{
    if (!GET_LOW(XenpvKept) || !kept_is_sign(function))
        return;
    if (call32_works())
        call32(xenpv_kept_sign_32, 0, 0);
    else
        xenpv_kept_unreached();
}

void xenpv_kept_unreached(void)
{
    if (GET_LOW(XenpvKept))
        SET_LOW(XenpvUnreached, 1);
}
