/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A restore between any two accesses of the firmware to the page of xenstore. The waits, where
 * other tests have it, are only the longest of these moments. */
#include "firmware.h"
#include "moment.h"
#include "store_client.h"
#include "test.h"
#include "xen/disk/disk_io.h"

#define VALUE_BYTES 300u

/* Return: whether a request has as many accesses to the page. */
static bool request_with_a_restore(unsigned at, void (*restore)(void))
{
    struct xenstore *store = client_start();

    test_note("access %u", at);
    client_set_value(VALUE_BYTES);
    /* The indexes are beyond what a cleared ring can have. */
    for (unsigned i = 0; i < 6; i++)
        CHECK_EQUAL(client_read_value(store, VALUE_BYTES + 1), VALUE_BYTES);
    limit_begin();
    moment_begin(MOMENT_ACCESS, at, restore);
    int length = client_read_value(store, VALUE_BYTES + 1);
    bool restored = moment_end();
    limit_check(100);
    /* All of the value, or nothing. */
    CHECK(length == (int)VALUE_BYTES || (restored && length < 0));
    CHECK_EQUAL(xenstore_find(store), 0);
    client_check_works(store);
    return restored;
}

/* fault: restore and migration | a restore at any access of a request to the page of xenstore |
 * notices it before it moves an index of the cleared ring, fails the request, and goes on with the
 * new ring */
TEST(a_restore_at_any_access_to_the_page_of_xenstore_is_noticed)
{
    static void (*const restores[])(void) = {world_restore, world_restore_same_port};

    for (unsigned i = 0; i < 2; i++) {
        unsigned at = 0;

        while (request_with_a_restore(at, restores[i]))
            at++;
        CHECK(at >= 15);
    }
}

static bool connected_with_a_restore(unsigned at)
{
    struct firmware firmware;

    test_note("look %u", at);
    firmware_with_disk(&firmware);
    limit_begin();
    moment_begin(MOMENT_LOOK, at, world_restore_same_port);
    int error = disk_io_connect(firmware.vbd[0]);
    bool restored = moment_end();
    limit_check(limit_connect_ms());
    CHECK_EQUAL(error, 0);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 1, 20), 0);
    firmware_check_end(&firmware);
    return restored;
}

/* fault: restore and migration | a restore just before any request of a connection, at which
 * nothing is in flight | publishes nothing that is not shared, closes a new backend that has seen a
 * state of the old connection, and connects to it | also
 * a_restore_just_before_any_request_is_not_seen_in_any_mode,
 * a_restore_just_before_any_hypercall_is_not_seen_in_any_mode */
TEST(a_restore_just_before_any_request_of_a_connection_is_not_seen)
{
    unsigned at = 0;

    while (connected_with_a_restore(at))
        at++;
    CHECK(at >= 6);
}
