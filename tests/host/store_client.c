/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "store_client.h"

#include "test.h"
#include "xen/base/platform.h"

static char value[XENSTORE_PAYLOAD_MAX + 1];

struct xenstore *client_start(void)
{
    struct firmware firmware;

    world_reset();
    CHECK_EQUAL(firmware_start(&firmware), 0);
    CHECK_EQUAL(firmware.disks, 0);
    limit_begin();
    return &firmware.core->store;
}

void client_set_value(uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        value[i] = (char)('!' + (i * 31 + i / 64) % 90);
    value[length] = 0;
    tree_set(&store_tree, CLIENT_HOME "/value", value, length);
}

int client_read_value(struct xenstore *store, uint32_t size)
{
    static char buffer[XENSTORE_PAYLOAD_MAX + 8];

    memset(buffer, 0x5a, sizeof(buffer));
    int length = xenstore_read(store, XENSTORE_NO_TRANSACTION, "data", "value", buffer, size);
    for (uint32_t i = size; i < sizeof(buffer); i++)
        CHECK_EQUAL(buffer[i], 0x5a);
    if (length >= 0)
        CHECK(!strcmp(buffer, value));
    else
        CHECK_EQUAL(buffer[0], 0);
    return length;
}

void client_check_works(struct xenstore *store)
{
    char name[16];

    CHECK(!xenstore_is_closed(store));
    limit_check(limit_reply_ms());
    limit_begin();
    /* xenstored behaves well from here on. */
    store_config.hook = NULL;
    CHECK_EQUAL(xenstore_read(store, XENSTORE_NO_TRANSACTION, "name", NULL, name, sizeof(name)), 5);
    CHECK(!strcmp(name, "guest"));
    limit_check(10);
    world_check_ring_idle();
}

void client_check_closed(struct xenstore *store)
{
    char name[16];

    CHECK(xenstore_is_closed(store));
    CHECK(log_has("closed for good"));
    limit_check(limit_reply_ms());
    limit_begin();
    CHECK_EQUAL(xenstore_read(store, XENSTORE_NO_TRANSACTION, "name", NULL, name, sizeof(name)),
                -XEN_ENOTCONN);
    CHECK_EQUAL(xenstore_write(store, XENSTORE_NO_TRANSACTION, "data", "a", "b"), -XEN_ENOTCONN);
    limit_check(0);
}

void client_check_end(struct xenstore *store)
{
    if (xenstore_is_closed(store))
        client_check_closed(store);
    else
        client_check_works(store);
}
