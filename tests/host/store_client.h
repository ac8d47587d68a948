/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A xenstore client on its own, for its tests.
 */
#ifndef STORE_CLIENT_H
#define STORE_CLIENT_H

#include "firmware.h"

/** A directory that belongs to the guest, in which dom0 and the guest write. */
#define CLIENT_HOME "/local/domain/1/data"

/** Make a world without disks, and a client in it. */
struct xenstore *client_start(void);

/** Set "data/value" to @length bytes. */
void client_set_value(uint32_t length);

/** Read "data/value" and compare it. Return: what xenstore_read returns. */
int client_read_value(struct xenstore *store, uint32_t size);

/**
 * Fail the test unless the client works, or is closed for good, has logged it and refuses every
 * request at once; and unless the call before kept to its limit.
 */
void client_check_works(struct xenstore *store);
void client_check_closed(struct xenstore *store);
void client_check_end(struct xenstore *store);

#endif
