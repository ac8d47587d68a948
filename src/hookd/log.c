/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

static bool verbose, to_syslog;

void log_details_enable(void)
{
    verbose = true;
}

void log_to_syslog(void)
{
    openlog("xenpv-hookd", LOG_PID, LOG_DAEMON);
    to_syslog = true;
}

static void log_line(int priority, const char *format, va_list arguments)
{
    char line[512];

    vsnprintf(line, sizeof(line), format, arguments);
    if (to_syslog)
        syslog(priority, "%s", line);
    else
        fprintf(stderr, "xenpv-hookd: %s\n", line);
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
