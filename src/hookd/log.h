/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What the hook reports: lines on stderr, or in syslog once it is a daemon. */
#ifndef HOOKD_LOG_H
#define HOOKD_LOG_H

#include <stdbool.h>

/** Details are reported too (log_detail). */
void log_enable_details(void);

/** From now on everything goes to syslog. */
void log_to_syslog(void);

/** Something failed; what happens; what helps only to understand. One line without its end. Never
 *  with text that a guest has written. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
