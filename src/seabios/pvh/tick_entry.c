/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "biosvar.h" // GET_LOW
#include "control.h"
#include "seabios/int13/kept.h"
#include "seabios/port/call32.h"
#include "seabios/port/idt.h"
#include "stacks.h" // call32
#include "tick.h"

ASM16(".global xenpv_entry_tick\n"
      "xenpv_entry_tick:\n"
      "int $0x08\n"
      /* irqentry_extrastack returns from an interrupt. */
      "pushfw\n"
      "pushw %cs\n"
      "callw 1f\n"
      "pushw %ds\n"
      "pushl %eax\n"
      "movl $_zonelow_seg, %eax\n"
      "movl %eax, %ds\n"
      "cmpb $1, XenpvAlarmRings\n"
      "jne 2f\n"
      "movb $2, XenpvAlarmRings\n"
      /* Handlers change registers: a PC's BIOS, which calls them, saves these. */
      "pushal\n"
      "pushw %es\n"
      "cld\n"
      "int $0x4a\n"
      "movl $_zonelow_seg, %eax\n"
      "movl %eax, %ds\n"
      "movb $0, XenpvAlarmRings\n"
      "popw %es\n"
      "popal\n"
      "2: popl %eax\n"
      "popw %ds\n"
      "iretw\n"
      "1: pushl $xenpv_handle_tick\n"
      "jmp irqentry_extrastack");

void xenpv_handle_tick(void);

/* Programs that have taken int 8 over have done their work. call32 puts the table of interrupts
 * where the processor has it at first; a program that has moved it does not expect that of a tick.
 */
void VISIBLE16 xenpv_handle_tick(void)
{
    struct descloc_s idt;
    u8 control_in = GET_LOW(XenpvControlIn);

    xenpv_kept_tick();
    if (!call32_works())
        return;
    idt_store(&idt);
    if (control_in)
        SET_LOW(XenpvControlIn, --control_in);
    if (control_in == 0 && GET_LOW(XenpvControl))
        call32(xenpv_control_32, 0, 0);
    call32(xenpv_tick_32, 0, 0);
    idt_load(&idt);
}
