/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small kbd.c: int16 takes a key from the buffer in the BIOS data area, if there is one. */
#include "biosvar.h" // GET_BDA
#include "bregs.h"   // struct bregs
#include "config.h"
#include "machine.h"
#include "stacks.h" // call32
#include "util.h"

void handle_16(struct bregs *regs)
{
    machine.key_calls++;
    if (GET_BDA(kbd_buf_head) != GET_BDA(kbd_buf_tail))
        regs->ax = GET_FARVAR(SEG_BDA, *(u16 *)(uintptr_t)GET_BDA(kbd_buf_head));
}
