/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small bootsplash.c: the first text on the screen. */
#include "config.h"
#include "machine.h"
#include "util.h"

void enable_vga_console(void)
{
    machine.first_texts++;
    if (machine.at_first_text)
        machine.at_first_text();
}
