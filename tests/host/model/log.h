/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the firmware has logged.
 */
#ifndef MODEL_LOG_H
#define MODEL_LOG_H

#include <stdbool.h>

/** Called with each line; NULL: nothing more happens. log_reset sets it to NULL. */
extern void (*log_hook)(const char *line);

void log_reset(void);

/** Whether a line with @text in it has been logged. */
bool log_has(const char *text);

/** The number of lines that have been logged, and how often @text is in them. */
unsigned log_lines(void);
unsigned log_count(const char *text);

/** Print the log, for a test that failed. */
void log_show(void);

#endif
