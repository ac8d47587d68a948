/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small system.c: an int15 with no functions but those of APM and the switch to protected mode.
 */
#include "biosvar.h" // GET_LOW
#include "bregs.h"
#include "config.h"
#include "machine.h"
#include "util.h"

#define UNSUPPORTED 0x86

void handle_15(struct bregs *regs)
{
    machine.system_calls++;
    if (regs->ah == 0x53) {
        handle_1553(regs);
        return;
    }
    regs->ah = UNSUPPORTED;
    regs->flags |= F_CF;
}

void handle_1589(struct bregs *regs)
{
    machine.system_calls++;
    regs->ah = 0;
}
