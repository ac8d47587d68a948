/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Event channels of the guest.
 */
#ifndef MODEL_EVENTS_H
#define MODEL_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

/** Ports that the toolstack makes before the guest starts. A restore makes new ones. */
#define EVENTS_STORE_PORT   1u
#define EVENTS_CONSOLE_PORT 2u

/** Called when the guest notifies a port that is bound. */
typedef void events_notified(void *context);

void events_reset(void);

/** A restore: all ports of the firmware are gone. Return: the new port of xenstore, which has
 * another number unless @same_number; that of the console is the next one. */
uint32_t events_restore(bool same_number);

/** Bind the other end of a port of the guest, as domain @domid. Return: whether that is allowed. */
bool events_bind(uint16_t domid, uint32_t port, events_notified *notified, void *context);

/** Unbind the other end, unless the guest has closed the port since: then its number may be that of
 *  another one. @context: as for events_bind. */
void events_unbind(uint32_t port, const void *context);

/** Whether a port of the guest is open. */
bool events_is_open(uint32_t port);

/** Number of ports that the firmware has made and not closed. */
unsigned events_open(void);

/** Number of notifications that the firmware has sent on its own ports. */
unsigned events_sent(void);

#endif
