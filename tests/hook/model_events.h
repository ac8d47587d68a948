/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Events for the daemon's loop, as part of the model of a host: xenstore watches, domains that are
 * introduced and released, event channels. Without a connection (xs_open), as in tests that step a
 * domain themselves, it has no watches.
 */
#ifndef HOOK_MODEL_EVENTS_H
#define HOOK_MODEL_EVENTS_H

#include <stdbool.h>

#include "xen.h"

/** The one that cannot be opened or watched. */
enum model_absent {
    ABSENT_NOTHING,
    ABSENT_STORE,
    ABSENT_DEVICE_MODEL,
    ABSENT_MEMORY,
    ABSENT_EVENTS,
    ABSENT_WATCHES,
};
extern enum model_absent model_absent;

/** Whether each event that the daemon reads is followed by another one. */
extern bool model_store_floods, model_ports_flood;

/** Number of calls of children_reap. */
extern unsigned model_reaps;

/** Introduce or release a domain. The caller writes or removes its keys. */
void model_introduce(uint32_t domid, bool introduced);

/** Report that a path of xenstore has changed. */
void model_changed(const char *path, bool removed);

/** Return: whether the daemon is connected to xenstore. */
bool model_has_connection(void);

/** Report an event with any path and token. */
void model_watch_event(const char *path, const char *token);

/** Return: the number of watches. */
unsigned model_watches(void);

/** Signal a port of the daemon's. It is reported once, until the daemon unmasks the port. */
void model_port_event(evtchn_port_t port);

/** Close the other end of a connection. */
void model_store_lost(void);
void model_ports_lost(void);

#endif
