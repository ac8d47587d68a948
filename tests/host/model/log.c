/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/log.h"

#include "model/fault.h"
#include "xen/base/platform.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LOG_BYTES  32768
#define LINE_BYTES 256

const unsigned platform_log_level = 3;

void (*log_hook)(const char *line);

static char text[LOG_BYTES];
static size_t used;

/* SeaBIOS' printf knows few formats; another one would fail only in the ROM. */
static void check_format(const char *format)
{
    for (const char *at = format; *at; at++) {
        if (*at != '%')
            continue;
        at++;
        while (isdigit((unsigned char)*at))
            at++;
        if (!*at || !strchr("sduxc%", *at))
            model_fault("the platform port does not have the format \"%s\"", format);
    }
}

void log_reset(void)
{
    used = 0;
    text[0] = 0;
    log_hook = NULL;
}

bool log_has(const char *wanted)
{
    return strstr(text, wanted);
}

unsigned log_count(const char *wanted)
{
    unsigned count = 0;

    for (const char *at = text; (at = strstr(at, wanted)); at++)
        count++;
    return count;
}

unsigned log_lines(void)
{
    return log_count("\n");
}

void log_show(void)
{
    fputs(text, stdout);
}

void platform_log(const char *format, ...)
{
    char line[LINE_BYTES];
    va_list args;

    check_format(format);
    va_start(args, format);
    /* Format every line, even without space for it, so that every argument is read. */
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    size_t length = strlen(line);
    /* The last lines are more useful than the first. */
    if (used + length + 1 > sizeof(text)) {
        memmove(text, text + LOG_BYTES / 2, LOG_BYTES / 2);
        used = used > LOG_BYTES / 2 ? used - LOG_BYTES / 2 : 0;
    }
    memcpy(text + used, line, length + 1);
    used += length;
    if (log_hook)
        log_hook(line);
}

int platform_snprintf(char *buffer, __SIZE_TYPE__ size, const char *format, ...)
{
    va_list args;

    check_format(format);
    va_start(args, format);
    int length = vsnprintf(buffer, size, format, args);
    va_end(args);
    return length;
}
