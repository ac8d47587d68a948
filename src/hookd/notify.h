/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Messages to the service manager, by the protocol of sd_notify(3): datagrams to the socket that
 * NOTIFY_SOCKET names. Without that variable the functions do nothing. None of them blocks.
 */
#ifndef HOOKD_NOTIFY_H
#define HOOKD_NOTIFY_H

#include <stdint.h>

/**
 * Open the socket, and unset the variables of the service manager, so that no child inherits them.
 *
 * Call it in the main process of the service, which WATCHDOG_PID names. Its children may send too,
 * if the unit has NotifyAccess=all. A failure is logged.
 */
void notify_open(void);

/** Send nothing from now on. */
void notify_close(void);

/** Report that the daemon is ready, until a message has reached the service manager. */
void notify_ready(void);

/** Report to how many guests the daemon attends, of how many domains, if that has changed. */
void notify_guests(unsigned attended, unsigned domains);

/** Report that the daemon stops. */
void notify_stopping(void);

/** Report that the daemon lives, if half of the watchdog's time (WATCHDOG_USEC) has passed. Return:
 * when to call again, in clock_ms(); UINT64_MAX: never. */
uint64_t notify_alive(void);

#endif
