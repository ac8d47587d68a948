/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small serialio.c: the debug port. */
#include "hw/serialio.h"

#include "biosvar.h" // GET_GLOBAL
#include "config.h"
#include "machine.h"

u16 DebugOutputPort = 0x402;

void qemu_debug_putc(char c)
{
    if (GET_GLOBAL(DebugOutputPort) && machine.port_bytes < sizeof(machine.port))
        machine.port[machine.port_bytes++] = c;
}
