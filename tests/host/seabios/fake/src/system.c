/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small system.c: an int15 without functions. */
#include "biosvar.h" // GET_LOW
#include "bregs.h"
#include "config.h"
#include "machine.h"
#include "util.h"

#define UNSUPPORTED 0x86

void handle_15(struct bregs *regs)
{
    machine.system_calls++;
    regs->ah = UNSUPPORTED;
    regs->flags |= F_CF;
}
