/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * xenstored as the daemon sees it: libxenstore on the tree that the firmware's ring leads to as
 * well. Each request takes its time, in which the rest of the world goes on, and the daemon may be
 * killed on either side of what the request does.
 */
#ifndef WORLD_DOM0_STORE_H
#define WORLD_DOM0_STORE_H

#include <stdbool.h>
#include <stdint.h>

void dom0_store_reset(void);

/** A request takes this long at most. */
void dom0_store_slow(uint32_t us);

/** Notice what has changed in the tree, for the watches. */
void dom0_store_run(void);

/** "@introduceDomain" or "@releaseDomain" has happened. */
void dom0_store_domains_changed(void);

/** The connection is gone: with it the watches, the events and the transactions. */
void dom0_store_drop(void);

/** Whether an event waits to be taken. */
bool dom0_store_has_event(void);

/** Watches on other paths than those of domains coming and going. */
unsigned dom0_store_watches(void);

/** A number that changes whenever anything at a path or below it is written or removed. */
uint64_t dom0_store_digest(const char *path);

/** Requests so far. */
unsigned dom0_store_requests(void);

/** The time of a call to anything in dom0. */
void dom0_delay(void);

#endif
