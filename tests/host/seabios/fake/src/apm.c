/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small apm.c: a power-off by the ports of a PC. */
#include "biosvar.h" // GET_LOW
#include "bregs.h"
#include "config.h"
#include "machine.h"
#include "stacks.h" // call32
#include "util.h"

void apm_shutdown(void)
{
    machine.power_offs++;
}

/* As in SeaBIOS, the power-off is called from its own file. */
void handle_1553(struct bregs *regs)
{
    if (regs->al == 0x07 && regs->bx == 1 && regs->cx == 3)
        apm_shutdown();
    if (regs->al == 0x05)
        machine.idles++;
    set_success(regs);
}
