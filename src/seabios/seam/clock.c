/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' clock.c with the timer's interrupt before ours: each tick moves keys and text of the PV
 * console.
 */
#define handle_08 seabios_handle_08
#include "src/clock.c"
#undef handle_08

#include "seabios/console/console_calls.h"
#include "seabios/port/call32.h"

void handle_08(void);

// INT 08h System Timer ISR Entry Point
void VISIBLE16 handle_08(void)
{
    seabios_handle_08();
    if (CONFIG_XENPV && GET_LOW(XenpvConsole) && call32_is_unseen())
        call32(xenpv_console_32, XENPV_CONSOLE_TICK, 0);
}
