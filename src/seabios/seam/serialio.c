/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' serialio.c with the debug port before ours: 32-bit code also keeps each byte in memory,
 * and shows each line on the PV console in the mode that asks for it.
 */
#define qemu_debug_putc seabios_qemu_debug_putc
#include "src/hw/serialio.c"
#undef qemu_debug_putc

#include "seabios/console/console_log.h"
#include "seabios/port/log_keep.h"

void qemu_debug_putc(char c);

// Write a character to the special debugging port.
void qemu_debug_putc(char c)
{
    seabios_qemu_debug_putc(c);
    if (!CONFIG_XENPV || !CONFIG_XENPV_LOG_KIB || MODESEGMENT)
        return;
    xenpv_log_keep(c);
    if (c == '\n')
        xenpv_console_log();
}
