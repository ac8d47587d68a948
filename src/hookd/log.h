/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The daemon's log, on stderr or in syslog. docs/admin/troubleshooting.md explains each line. */
#ifndef HOOKD_LOG_H
#define HOOKD_LOG_H

#include <stdbool.h>

/** Log details too (log_detail). */
void log_details_enable(void);

/** Write all later lines to syslog. */
void log_to_syslog(void);

/** Log a line, without a newline, never with text that a guest has written: a failure; an event; a
 * detail for debugging. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
