/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' kbd.c with handle_16 behind ours: before a program waits for a key, the PV console shows
 * what it has printed, and gives the keys that have come.
 */
#define handle_16 seabios_handle_16
#include "src/kbd.c"
#undef handle_16

#include "seabios/console/console_calls.h"
#include "seabios/port/call32.h"

void handle_16(struct bregs *regs);

/* Return: whether @function waits for a key now: 00h and 10h, with none in the buffer. */
static int int16_waits(u8 function)
{
    return (function & ~0x10) == 0 && GET_BDA(kbd_buf_head) == GET_BDA(kbd_buf_tail);
}

// INT 16h Keyboard Service Entry Point
void VISIBLE16 handle_16(struct bregs *regs)
{
    if (CONFIG_XENPV && GET_LOW(XenpvConsole) && int16_waits(regs->ah) && call32_works())
        call32(xenpv_console_tick_32, 0, 0);
    seabios_handle_16(regs);
}
