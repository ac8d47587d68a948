/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_calls.h"

#include "biosvar.h" // GET_LOW
#include "console_input.h"
#include "console_mirror.h"
#include "console_output.h"
#include "console_stack.h"
#include "xen/base/platform.h"
#include "xen/hv/hypercall.h"

/* A program that prints or asks for keys without ticks of the timer updates the terminal this
 * often. Longer than a tick: with ticks, it never does. */
#define CONSOLE_UPDATE_MS 60

/* How long the console is left alone after an operating system has announced itself. Linux takes
 * over in less; a boot loader that only asks, and goes on, is seen again then. */
#define CONSOLE_QUIET_TICKS 36

u32 XenpvConsole VARLOW;
u32 XenpvUpdateAt VARLOW;

static void console_note_time(struct xenpv_console *console)
{
    u32 elapsed_ms = platform_elapsed_ms(console->clock);

    /* Calls that follow each other within a millisecond must not hold up the time. */
    if (!elapsed_ms)
        return;
    console->now_ms += elapsed_ms;
    console->clock = platform_clock();
}

static void console_plan_update(void)
{
    SET_LOW(XenpvUpdateAt, console_clock() + (hypercall_tsc_khz() * CONSOLE_UPDATE_MS >> 20));
}

/**** int10 ****/

static void ON_CONSOLE_STACK console_int10(struct xenpv_console *console)
{
    console_note_time(console);
    console_plan_update();
    if (!console->quiet_ticks)
        console_output(console);
}

/**** The timer ****/

static void ON_CONSOLE_STACK console_tick(struct xenpv_console *console)
{
    console_note_time(console);
    console_plan_update();
    if (console->quiet_ticks) {
        console->quiet_ticks--;
        return;
    }
    if (console_input(console))
        console_mirror_hasten(console);
    if (console->mode == CONSOLE_MIRROR)
        console_mirror_tick(console);
    else
        console_output(console);
}

/**** int16 ****/

static void ON_CONSOLE_STACK console_key(struct xenpv_console *console)
{
    console_note_time(console);
    console_plan_update();
    if (console->quiet_ticks)
        return;
    if (console_input(console))
        console_mirror_hasten(console);
    if (console->mode == CONSOLE_ONLY)
        console_output(console);
}

/**** The end ****/

static void ON_CONSOLE_STACK console_leave(struct xenpv_console *console)
{
    /* A system that announces itself again finds what it has found before. */
    if (!console->quiet_ticks) {
        if (console->mode == CONSOLE_MIRROR)
            console_mirror_look(console);
        console_output_leave(console);
    }
    console->quiet_ticks = CONSOLE_QUIET_TICKS;
}

int VISIBLE32FLAT xenpv_console_32(u32 occasion)
{
    static console_function *const functions[] = {
        [XENPV_CONSOLE_UPDATE] = console_int10,
        [XENPV_CONSOLE_TICK] = console_tick,
        [XENPV_CONSOLE_KEY] = console_key,
        [XENPV_CONSOLE_LEAVE] = console_leave,
    };
    struct xenpv_console *console = (void *)GET_LOW(XenpvConsole);

    if (console)
        console_call(console, functions[occasion]);
    return 0;
}
