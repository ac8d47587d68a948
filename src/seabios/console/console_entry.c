/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * int10 of a guest without a VGA: its entry, and what 16-bit code does itself.
 */
#include "console_entry.h"

#include "biosvar.h" // GET_BDA
#include "bregs.h"   // struct bregs
#include "console_calls.h"
#include "seabios/port/call32.h"
#include "stacks.h" // call32

ASM16(".global xenpv_entry_10\n"
      "xenpv_entry_10:\n"
      "pushl $xenpv_handle_10\n"
      "jmp irqentry_arg_extrastack");

/* Answer what programs ask before they write to the screen themselves: the cursor and the mode. In
 * virtual 8086 mode nothing else can be served. */
static void int10_answer(struct bregs *regs)
{
    switch (regs->ah) {
    case 0x03:
        regs->cx = GET_BDA(cursor_type);
        regs->dx = GET_BDA(cursor_pos[regs->bh & 7]);
        break;
    case 0x0f:
        regs->al = GET_BDA(video_mode);
        regs->ah = GET_BDA(video_cols);
        regs->bh = GET_BDA(video_page);
        break;
    }
}

// INT 10h Video Support Service Entry Point
void VISIBLE16 xenpv_handle_10(struct bregs *regs)
{
    if (call32_works())
        call32(xenpv_console_int10_32, MAKE_FLATPTR(GET_SEG(SS), regs), 0);
    else
        int10_answer(regs);
}
