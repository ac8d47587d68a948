/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A moment that is no wait: an access of the firmware to the page of xenstore, or a hypercall.
 */
#ifndef MOMENT_H
#define MOMENT_H

#include <stdbool.h>

enum moment {
    MOMENT_ACCESS, /* any access */
    MOMENT_LOOK,   /* the first of a request, or of several: nothing is in flight, so the ring is
                      the same after a restore as before it */
    /* A hypercall, but none that yields, or closes a port, of which the firmware has just seen that
     * it is its own, or allocates one, which would stay in the new domain, and be of no use. */
    MOMENT_HYPERCALL,
};

/** From now on, call @event, such as world_restore, just before access number @at of this kind,
 * from 0 on. */
void moment_begin(enum moment moment, unsigned at, void (*event)(void));

/** End that. Return: whether there were as many moments. */
bool moment_end(void);

#endif
