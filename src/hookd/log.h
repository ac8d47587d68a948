/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The daemon's log, on stderr or in syslog. Both may block, so the daemon's processes send their
 * lines to a thread that writes them (log_writer.h). docs/admin/troubleshooting.md explains each
 * line.
 */
#ifndef HOOKD_LOG_H
#define HOOKD_LOG_H

#include <stdbool.h>

/** Size of the longest line, with the terminating zero. */
#define LOG_LINE_BYTES 512

/** Log details too (log_detail). */
void log_details_enable(void);

/** Write all later lines to syslog. */
void log_to_syslog(void);

/** Log a line, without a newline, never with text that a guest has written: a failure; an event; a
 * detail for debugging. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Write a line with one of syslog's priorities. This may block. */
void log_write(int priority, const char *line);

/** A function that passes a line on without waiting. Return: false if it cannot. */
typedef bool log_sender(int priority, const char *line);

/** Pass all later lines on to @sender; NULL: write them. Lines that it cannot pass on are lost.
 * Their number is logged when it can. */
void log_to_sender(log_sender *sender);

#endif
