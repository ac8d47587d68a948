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

/** State of the one who looks. Zero at first; it must live as long as the core. */
struct toolstack {
    bool posted; /* the key has been asked for */
    int result;
    char value[TOOLSTACK_VALUE_BYTES];
};

/**
 * Look whether the toolstack asks for something, and acknowledge it: the caller then has to do it.
 *
 * If nothing is asked for, this takes one round trip to xenstored and waits TOOLSTACK_WAIT_MS at
 * most. If xenstored is slower, the next call, or the next other request, collects its reply. No
 * other request may be in progress.
 */
enum toolstack_request toolstack_look(struct toolstack *toolstack, struct core *core);

/** How long a look waits for xenstored, in milliseconds: less than a tick of the timer. */
#define TOOLSTACK_WAIT_MS 20u

#endif
