/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A thread that writes the log of its process and of all that this process forks. It alone waits
 * when syslog or stderr blocks; stderr may be a stream to journald. Lines reach it through a socket
 * that keeps their boundaries.
 */
#ifndef HOOKD_LOG_WRITER_H
#define HOOKD_LOG_WRITER_H

/** Time that the last lines have to be written. */
#define LOG_WRITER_END_MS 1000u

/** Start the thread. If that fails, which is logged, lines are written directly. */
void log_writer_start(void);

/** Write the lines that wait, and end the thread; but do not wait longer than LOG_WRITER_END_MS. */
void log_writer_stop(void);

#endif
