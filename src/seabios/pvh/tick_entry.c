/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "seabios/port/call32.h"
#include "stacks.h" // call32
#include "tick.h"

ASM16(".global xenpv_entry_tick\n"
      "xenpv_entry_tick:\n"
      "int $0x08\n"
      "pushl $xenpv_handle_tick\n"
      "jmp irqentry_extrastack");

void xenpv_handle_tick(void);

/* Programs that have taken int 8 over have done their work. */
void VISIBLE16 xenpv_handle_tick(void)
{
    if (call32_works())
        call32(xenpv_tick_32, 0, 0);
}
