/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' bootsplash.c with the start of its screen behind ours: the PV console begins before the
 * first text.
 */
#define enable_vga_console seabios_enable_vga_console
#include "src/bootsplash.c"
#undef enable_vga_console

#include "seabios/console/console_setup.h"

void enable_vga_console(void);

void enable_vga_console(void)
{
    if (CONFIG_XENPV)
        xenpv_console_setup();
    seabios_enable_vga_console();
}
