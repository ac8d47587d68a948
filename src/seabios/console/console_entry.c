/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_entry.h"

#include "biosvar.h" // GET_LOW
#include "bregs.h"   // struct bregs
#include "console_calls.h"
#include "seabios/port/call32.h"
#include "stacks.h" // call32
#include "vgasrc/int10.h"

ASM16(".global xenpv_entry_10\n"
      "xenpv_entry_10:\n"
      "pushl $xenpv_handle_10\n"
      "jmp irqentry_arg_extrastack");

/* In 16-bit code, so that programs in virtual 8086 mode have it, too, and because a switch to
 * 32-bit code and back takes longer than the rest. */
static void int10_serve(struct bregs *regs)
{
    struct screen *screen = LOWFLAT2LOW((struct screen *)GET_LOW(XenpvScreen));
    struct registers registers;

    registers.ax = regs->ax;
    registers.bx = regs->bx;
    registers.cx = regs->cx;
    registers.dx = regs->dx;
    registers.di = regs->di;
    registers.bp = regs->bp;
    registers.es = regs->es;
    int10_call(screen, &registers);
    regs->ax = registers.ax;
    regs->bx = registers.bx;
    regs->cx = registers.cx;
    regs->dx = registers.dx;
    regs->di = registers.di;
    regs->bp = registers.bp;
    regs->es = registers.es;
}

// INT 10h Video Support Service Entry Point
void VISIBLE16 xenpv_handle_10(struct bregs *regs)
{
    int10_serve(regs);
    if (call32_is_unseen() && console_update_is_due())
        call32(xenpv_console_32, XENPV_CONSOLE_UPDATE, 0);
}
