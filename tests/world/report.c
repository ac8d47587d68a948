/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "report.h"

#include "hookd/log.h"
#include "model/clock.h"
#include "model/fault.h"
#include "model/log.h"
#include "script.h"
#include "xen/base/platform.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_BYTES 240

static void report_line(const char *who, const char *format, va_list arguments)
{
    char line[LINE_BYTES];

    vsnprintf(line, sizeof(line), format, arguments);
    platform_log("[%u.%03u] %s%s\n", (unsigned)(clock_now_us() / 1000000),
                 (unsigned)(clock_now_us() / 1000 % 1000), who, line);
}

void report(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report_line("-- ", format, arguments);
    va_end(arguments);
}

void report_show(void)
{
    log_show();
    script_print();
}

static _Noreturn void fail(const char *prefix, const char *format, va_list arguments)
{
    char text[LINE_BYTES];

    vsnprintf(text, sizeof(text), format, arguments);
    report_show();
    printf("%s%s, at %u.%03u s, event %u\n", prefix, text, (unsigned)(clock_now_us() / 1000000),
           (unsigned)(clock_now_us() / 1000 % 1000), script_position());
    fflush(stdout);
    _exit(1);
}

void violation(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fail("broken rule: ", format, arguments);
}

void model_fault(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fail("broken rule of Xen: ", format, arguments);
}

/**** What the daemon reports, in the place of its log.c ****/

void log_error(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report_line("hookd: error: ", format, arguments);
    va_end(arguments);
}

void log_info(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report_line("hookd: ", format, arguments);
    va_end(arguments);
}

void log_detail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report_line("hookd: ", format, arguments);
    va_end(arguments);
}
