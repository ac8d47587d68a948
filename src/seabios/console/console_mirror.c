/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_mirror.h"

#include "console_output.h"

/* A look at the VGA is one or two instructions, which Xen carries out as up to three accesses to
 * the device model, with a thousand items in all: half a millisecond of its processor. So the VGA
 * is looked at every third tick while its text changes, and less and less often while it does not,
 * down to once a second. */
#define LOOK_TICKS_LEAST 3
#define LOOK_TICKS_MOST  18

void console_mirror_begin(struct xenpv_console *console)
{
    console->screen->copy = &console->copy;
    /* A VGA has memory at B0000h as well. */
    console->screen->has_mono = true;
    console->look_pause = LOOK_TICKS_LEAST;
}

void console_mirror_look(struct xenpv_console *console)
{
    screen_copy_take(&console->copy, console->screen);
}

void console_mirror_hasten(struct xenpv_console *console)
{
    console->look_pause = LOOK_TICKS_LEAST;
    /* Keys that keep coming must not put it off. */
    if (console->look_ticks > LOOK_TICKS_LEAST)
        console->look_ticks = LOOK_TICKS_LEAST;
}

void console_mirror_tick(struct xenpv_console *console)
{
    if (console->look_ticks) {
        console->look_ticks--;
        return;
    }
    /* A console that nothing reads costs nothing. The look is made as soon as there is room. */
    if (!console_output_has_room(console))
        return;
    console_mirror_look(console);
    if (console_output(console))
        console->look_pause = LOOK_TICKS_LEAST;
    else if (console->look_pause < LOOK_TICKS_MOST)
        console->look_pause += LOOK_TICKS_LEAST;
    console->look_ticks = console->look_pause - 1;
}
