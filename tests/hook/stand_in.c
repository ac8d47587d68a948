/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "stand_in.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "log.h"

uint64_t now_ms = 1000;
char report[1024];

uint64_t clock_ms(void)
{
    return now_ms;
}

void log_error(const char *format, ...)
{
    size_t used = strlen(report);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(report + used, sizeof(report) - used, format, arguments);
    va_end(arguments);
}

/* Called by the runner if a test fails. */
void log_show(void);
void log_show(void)
{
    puts(report);
}
