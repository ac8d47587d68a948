/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_calls.h"

#include "biosvar.h" // GET_LOW
#include "bregs.h"   // struct bregs
#include "console_input.h"
#include "console_output.h"
#include "console_stack.h"
#include "vgasrc/int10.h"
#include "xen/base/platform.h"

/* A program that prints without a break, and with interrupts off, is shown this often. */
#define CONSOLE_UPDATE_MS 50

/* How long the console is left alone after an operating system has announced itself. Linux takes
 * over in less; a boot loader that only asks, and goes on, is seen again then. */
#define CONSOLE_QUIET_TICKS 36

u32 XenpvConsole VARLOW;

static void call(console_function *function, void *argument)
{
    struct xenpv_console *console = (void *)GET_LOW(XenpvConsole);

    if (console)
        console_call(console, function, argument);
}

static void console_note_time(struct xenpv_console *console)
{
    console->now_ms += platform_elapsed_ms(console->clock);
    console->clock = platform_clock();
}

/**** int10 ****/

static void ON_CONSOLE_STACK console_int10(struct xenpv_console *console, void *argument)
{
    struct bregs *regs = argument;
    struct registers registers = {
        .ax = regs->ax,
        .bx = regs->bx,
        .cx = regs->cx,
        .dx = regs->dx,
        .di = regs->di,
        .bp = regs->bp,
        .es = regs->es,
    };

    int10_call(&console->screen, &registers);
    regs->ax = registers.ax;
    regs->bx = registers.bx;
    regs->cx = registers.cx;
    regs->dx = registers.dx;
    regs->di = registers.di;
    regs->bp = registers.bp;
    regs->es = registers.es;
    console_note_time(console);
    if (!console->quiet_ticks && console->now_ms - console->update_ms >= CONSOLE_UPDATE_MS)
        console_output(console);
}

int VISIBLE32FLAT xenpv_console_int10_32(struct bregs *regs)
{
    call(console_int10, regs);
    return 0;
}

/**** The timer ****/

static void ON_CONSOLE_STACK console_tick(struct xenpv_console *console, void *argument)
{
    console_note_time(console);
    if (console->quiet_ticks) {
        console->quiet_ticks--;
        return;
    }
    console_input(console);
    console_output(console);
}

int VISIBLE32FLAT xenpv_console_tick_32(unsigned unused)
{
    call(console_tick, NULL);
    return 0;
}

/**** The end ****/

static void ON_CONSOLE_STACK console_leave(struct xenpv_console *console, void *argument)
{
    console_output_leave(console);
    console->quiet_ticks = CONSOLE_QUIET_TICKS;
}

int VISIBLE32FLAT xenpv_console_leave_32(unsigned unused)
{
    call(console_leave, NULL);
    return 0;
}
