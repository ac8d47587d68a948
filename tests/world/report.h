/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What a run prints: a log of all that happens, and the end of one in which a rule was broken. */
#ifndef WORLD_REPORT_H
#define WORLD_REPORT_H

/** A line in the log, with the time. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** A rule was broken: the run has failed. Does not return. */
_Noreturn void violation(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Print the log and the list of events. */
void report_show(void);

#endif
