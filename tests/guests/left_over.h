/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Finds what the firmware has left behind for an operating system. */
#ifndef LEFT_OVER_H
#define LEFT_OVER_H

#include "xen/hv/grant.h"
#include "xen/store/xenstore_client.h"

/**
 * Check that both rings of xenstore are empty, before the first request. With @reply_may_be_due,
 * which is for a PVH guest, one request of the firmware may lack its reply (docs/dev/protocol.md):
 * wait for it, and take it.
 */
void xenstore_must_be_idle(bool reply_may_be_due);

/** Print each grant that is not the toolstack's; return their number. */
unsigned left_over_grants(const struct grant_table *table);

/** End each grant that is not the toolstack's, whether or not its domain has the page mapped. */
void left_over_grants_clear(const struct grant_table *table);

/** Print each open port that is neither xenstore's nor the console's; return their number.
 */
unsigned left_over_ports(void);

/** Print each key in a frontend's directory that is not the toolstack's; return their number. */
unsigned left_over_keys(struct xenstore *store, const char *frontend);

#endif
