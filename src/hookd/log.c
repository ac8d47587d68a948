/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

static bool verbose, to_syslog;
static log_sender *send_line;
static unsigned lost;

void log_details_enable(void)
{
    verbose = true;
}

void log_to_syslog(void)
{
    openlog("xenpv-hookd", LOG_PID, LOG_DAEMON);
    to_syslog = true;
}

void log_to_sender(log_sender *sender)
{
    send_line = sender;
    lost = 0;
}

void log_write(int priority, const char *line)
{
    char text[LOG_LINE_BYTES + 16];

    if (to_syslog) {
        syslog(priority, "%s", line);
        return;
    }
    /* Not through stdio: exit() would flush a line that another thread cannot write. */
    int length = snprintf(text, sizeof(text), "xenpv-hookd: %s\n", line);
    while (write(STDERR_FILENO, text, (size_t)length) < 0 && errno == EINTR)
        ;
}

/* Report the number of lost lines before the first line that is not lost. */
static void line_send(int priority, const char *line)
{
    char report[64];

    snprintf(report, sizeof(report), "%u lines of this log are lost", lost);
    if (lost && send_line(LOG_ERR, report))
        lost = 0;
    if (lost || !send_line(priority, line))
        lost++;
}

static void log_line(int priority, const char *format, va_list arguments)
{
    char line[LOG_LINE_BYTES];

    vsnprintf(line, sizeof(line), format, arguments);
    if (send_line)
        line_send(priority, line);
    else
        log_write(priority, line);
}

#define LOG_FUNCTION(name, priority, wanted)                                                       \
    void name(const char *format, ...)                                                             \
    {                                                                                              \
        va_list arguments;                                                                         \
                                                                                                   \
        if (!(wanted))                                                                             \
            return;                                                                                \
        va_start(arguments, format);                                                               \
        log_line(priority, format, arguments);                                                     \
        va_end(arguments);                                                                         \
    }

LOG_FUNCTION(log_error, LOG_ERR, true)
LOG_FUNCTION(log_info, LOG_INFO, true)
LOG_FUNCTION(log_detail, LOG_DEBUG, verbose)
