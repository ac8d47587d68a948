/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' kbd.c with handle_16 behind ours: before a program waits for a key, the PV console shows
 * what it has printed, and gives the keys that have come. A program that only asks for a key gets
 * them at ticks, or here if there are none.
 */
#define handle_16 seabios_handle_16
#include "src/kbd.c"
#undef handle_16

#include "seabios/console/console_calls.h"
#include "seabios/port/call32.h"
#include "seabios/port/pvh_guest.h"
#include "seabios/pvh/tick.h"
#include "stacks.h" // yield, yield_toirq

/* The functions that want a key; those for the enhanced keyboard have a bit more. */
#define READ_KEY  0x00
#define CHECK_KEY 0x01
#define ENHANCED  0x10

void handle_16(struct bregs *regs);

/* Return: whether the keyboard buffer is empty and the console can be called. */
static int console_may_have_key(void)
{
    return CONFIG_XENPV && GET_LOW(XenpvConsole) &&
           GET_BDA(kbd_buf_head) == GET_BDA(kbd_buf_tail) && call32_is_unseen();
}

/* HLT ends at a tick. None comes while a program waits in its handler of a tick, and a PVH guest
 * has no other interrupts, so the wait has to poll. */
static void console_wait(void)
{
    if (xenpv_is_pvh() && call32(xenpv_tick_in_service_32, 0, 0))
        yield();
    else
        yield_toirq();
}

/* A program that has taken the timer's interrupt over gets keys here. Ticks that reach the BIOS
 * give them as well, and put the next update off. */
static void console_await_key(void)
{
    call32(xenpv_console_32, XENPV_CONSOLE_KEY, 0);
    while (console_may_have_key()) {
        console_wait();
        if (console_update_is_due())
            call32(xenpv_console_32, XENPV_CONSOLE_KEY, 0);
    }
}

// INT 16h Keyboard Service Entry Point
void VISIBLE16 handle_16(struct bregs *regs)
{
    u8 function = regs->ah & ~ENHANCED;

    if (function == READ_KEY && console_may_have_key())
        console_await_key();
    else if (function == CHECK_KEY && console_may_have_key() && console_update_is_due())
        call32(xenpv_console_32, XENPV_CONSOLE_KEY, 0);
    seabios_handle_16(regs);
}
