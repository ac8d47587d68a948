/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' kbd.c with handle_16 behind ours: before a program waits for a key, the PV console shows
 * what it has printed, and gives the keys that have come. A program that only asks for a key gets
 * them at ticks.
 */
#define handle_16 seabios_handle_16
#include "src/kbd.c"
#undef handle_16

#include "seabios/console/console_calls.h"
#include "seabios/port/call32.h"

void handle_16(struct bregs *regs);

/* Return: whether @function waits for a key now (00h and 10h), or asks for one (01h and 11h) after
 * some time without a tick: it may have interrupts off. */
static int int16_wants_key(u8 function)
{
    u8 kind = function & ~0x10;

    return GET_BDA(kbd_buf_head) == GET_BDA(kbd_buf_tail) &&
           (kind == 0 || (kind == 1 && console_update_is_due()));
}

// INT 16h Keyboard Service Entry Point
void VISIBLE16 handle_16(struct bregs *regs)
{
    if (CONFIG_XENPV && GET_LOW(XenpvConsole) && int16_wants_key(regs->ah) && call32_works())
        call32(xenpv_console_32, XENPV_CONSOLE_TICK, 0);
    seabios_handle_16(regs);
}
