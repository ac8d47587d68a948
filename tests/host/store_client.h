/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A xenstore client alone, for the tests of it.
 */
#ifndef STORE_CLIENT_H
#define STORE_CLIENT_H

#include "firmware.h"

/** A directory of the guest's own, below which dom0 and the guest write. */
#define CLIENT_HOME "/local/domain/1/data"

/** A world without disks and a client in it. */
struct xenstore *client_start(void);

/** Make the next read of "data/value" give @length bytes. */
void client_set_value(uint32_t length);

/** Read "data/value" and compare. Return: what xenstore_read does. */
int client_read_value(struct xenstore *store, uint32_t size);

/**
 * Fail the test unless the client works, or is closed for good, has said so and takes no time to
 * refuse what it is asked; and the call before took no longer than it may.
 */
void client_check_works(struct xenstore *store);
void client_check_closed(struct xenstore *store);
void client_check_end(struct xenstore *store);

#endif
