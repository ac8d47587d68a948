/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the hook's loop waits for, as part of the model of a host: watches of xenstore, domains that
 * are introduced and go, event channels. Without a connection (xs_open) nothing is kept of it, for
 * the tests that step a domain by themselves.
 */
#ifndef HOOK_MODEL_EVENTS_H
#define HOOK_MODEL_EVENTS_H

#include <stdbool.h>

#include "xen.h"

/** What cannot be opened or watched, one of them at a time. */
enum model_absent {
    ABSENT_NOTHING,
    ABSENT_STORE,
    ABSENT_DEVICE_MODEL,
    ABSENT_MEMORY,
    ABSENT_EVENTS,
    ABSENT_WATCHES,
};
extern enum model_absent model_absent;

/** From now on there is one event more for each that the hook takes. */
extern bool model_store_floods, model_ports_flood;

/** How often the hook's loop has asked what became of its abandoned children. */
extern unsigned model_reaps;

/** A domain comes or goes. Its keys in xenstore are the caller's affair. */
void model_introduce(uint32_t domid, bool introduced);

/** A path of xenstore has changed. */
void model_changed(const char *path, bool removed);

/** Whether anything is kept of watches. */
bool model_has_connection(void);

/** Report an event of this path and token, whether or not there is such a watch. */
void model_watch_event(const char *path, const char *token);

/** How many watches the hook has. */
unsigned model_watches(void);

/** An event on a port of the hook's. It is reported once, until the hook unmasks the port. */
void model_port_event(evtchn_port_t port);

/** The other end of a connection is gone. */
void model_store_lost(void);
void model_ports_lost(void);

#endif
