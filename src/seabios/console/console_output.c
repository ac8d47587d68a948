/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_output.h"

static void console_send(struct xenpv_console *console, u32 count)
{
    if (console_write(&console->ring, console->buffer, count) < count)
        view_redraw(&console->view);
}

/* Return: how much an update may send. Room for the end is kept: a system may announce itself
 * before this has been read. */
static u32 console_update_space(struct xenpv_console *console)
{
    u32 space = console_free_space(&console->ring);

    return space > VIEW_LEAVE_BYTES ? space - VIEW_LEAVE_BYTES : 0;
}

bool console_output_has_room(struct xenpv_console *console)
{
    return console_update_space(console) >= VIEW_UPDATE_BYTES;
}

bool console_output(struct xenpv_console *console)
{
    u32 space = console_update_space(console);

    /* A restored guest has another terminal, which shows nothing yet. */
    if (console_was_replaced(&console->ring))
        view_redraw(&console->view);
    if (space > sizeof(console->buffer))
        space = sizeof(console->buffer);
    u32 count = view_update(&console->view, console->screen, console->buffer, space);
    if (count)
        console_send(console, count);
    return count;
}

void console_output_leave(struct xenpv_console *console)
{
    console_output(console);
    if (console_free_space(&console->ring) < VIEW_LEAVE_BYTES)
        return;
    u32 count = view_leave(&console->view, console->buffer);
    if (count)
        console_send(console, count);
}
