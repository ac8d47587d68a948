/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_log.h"

#include "console_stack.h"
#include "seabios/port/log_keep.h"

/* Set in POST; NULL unless the console shows the log. */
static struct xenpv_console *log_console;

/* Lines of the log end with LF; a terminal needs CR as well. Return: the number of bytes in
 * @buffer. */
static u32 log_copy_lines(const char *text, u32 count, u8 *buffer)
{
    u32 used = 0;

    for (u32 i = 0; i < count; i++) {
        if (text[i] == '\n')
            buffer[used++] = '\r';
        buffer[used++] = text[i];
    }
    return used;
}

static void ON_CONSOLE_STACK console_log(struct xenpv_console *console)
{
    char text[64];
    u32 count;

    /* What does not fit stays in the log, for the next line. */
    while (console_free_space(&console->ring) >= 2 * sizeof(text) &&
           (count = xenpv_log_read(&console->logged, text, sizeof(text))))
        console_write(&console->ring, console->buffer,
                      log_copy_lines(text, count, console->buffer));
}

void xenpv_console_log(void)
{
    if (log_console)
        console_call(log_console, console_log);
}

void xenpv_console_log_begin(struct xenpv_console *console)
{
    log_console = console;
    xenpv_console_log();
}
