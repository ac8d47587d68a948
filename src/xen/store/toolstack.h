/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the toolstack asks of this domain: in an HVM guest nothing, in a PVH guest to shut down
 * ("xl shutdown", "xl reboot") or to be suspended ("xl save", "xl migrate").
 *
 * Source: the key control/shutdown of xenstore-paths, a document of Xen's.
 */
#ifndef XEN_TOOLSTACK_H
#define XEN_TOOLSTACK_H

#include "core.h"

enum toolstack_request {
    TOOLSTACK_NOTHING,
    TOOLSTACK_POWER_OFF,
    TOOLSTACK_REBOOT,
    TOOLSTACK_SUSPEND,
};

/** Room for the longest value of the key that the firmware knows, and one byte more. */
#define TOOLSTACK_VALUE_BYTES 16u

/** State of toolstack_look. Zero at first; it must live as long as the core. */
struct toolstack {
    bool posted; /* the key has been asked for */
    int result;
    int error; /* of the last acknowledgement, which the log has; 0: none has failed */
    char value[TOOLSTACK_VALUE_BYTES];
};

/** How long a look waits for xenstored to begin its reply, in milliseconds: less than a tick of the
 * timer. */
#define TOOLSTACK_WAIT_MS 20u

/**
 * Look whether the toolstack asks for something. Do what has to be done before, and then take the
 * request: until it is taken, the toolstack may withdraw it.
 *
 * This takes one round trip to xenstored and waits TOOLSTACK_WAIT_MS at most. If xenstored is
 * slower, the next call, or the next other request, collects its reply. No other request may be in
 * progress.
 */
enum toolstack_request toolstack_look(struct toolstack *toolstack, struct core *core);

/**
 * Acknowledge what the toolstack asks for. From then on it waits for the domain to do that, and
 * nothing withdraws it.
 *
 * Return: what is asked for now, perhaps TOOLSTACK_NOTHING. An error is in the log, and the request
 * stands.
 */
enum toolstack_request toolstack_take(struct toolstack *toolstack, struct core *core);

/** Collect the reply to a look that is due. Waits as long as for any reply. */
void toolstack_settle(struct core *core);

#endif
