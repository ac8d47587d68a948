/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_input.h"

/* Bytes that have been looked at, but not yet taken from the console. */
struct peeked {
    const u8 *bytes;
    u32 count, next;
};

static int peeked_next(void *context)
{
    struct peeked *peeked = context;

    return peeked->next < peeked->count ? peeked->bytes[peeked->next++] : -1;
}

bool console_input(struct xenpv_console *console)
{
    struct peeked peeked = {.bytes = console->buffer};

    peeked.count = console_peek(&console->ring, console->buffer, sizeof(console->buffer));
    if (key_queue_fill(&console->keys, console->screen->low, peeked_next, &peeked, console->now_ms))
        view_redraw(&console->view);
    /* What the keyboard buffer has no room for stays in the console: it may be meant for the
     * operating system. */
    if (peeked.next)
        console_read(&console->ring, console->buffer, peeked.next);
    return peeked.next;
}
