/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "xen.h"

#include <stdarg.h>
#include <stddef.h>

#include <xentoollog.h>

static void message_drop(struct xentoollog_logger *logger, xentoollog_level level, int error,
                         const char *context, const char *format, va_list arguments)
{
    (void)logger, (void)level, (void)error, (void)context, (void)format, (void)arguments;
}

static void progress_drop(struct xentoollog_logger *logger, const char *context, const char *doing,
                          int percent, unsigned long done, unsigned long total)
{
    (void)logger, (void)context, (void)doing, (void)percent, (void)done, (void)total;
}

struct xentoollog_logger xen_quiet = {.vmessage = message_drop, .progress = progress_drop};
