/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The xenstore client with a well-behaved xenstored. */
#include "store_client.h"
#include "test.h"

#include <stdio.h>

static const uint32_t chunks[] = {0, 1, 2, 3, 7, 15, 16, 17, 100, 1023, 1024, 1025, 2000};

#define CHUNKS (sizeof(chunks) / sizeof(chunks[0]))

/* Set the size of pieces, and a delay with which even single bytes keep to the limit of a reply. */
static void deliver_in(uint32_t chunk)
{
    store_config.chunk = chunk;
    store_config.chunk_us = 100;
    clock_set_pause_us(100);
    test_note("chunks of %u bytes", chunk);
}

TEST(values_of_every_length_are_read)
{
    struct xenstore *store = client_start();

    for (uint32_t length = 0; length <= XENSTORE_PAYLOAD_MAX; length += length < 300 ? 1 : 37) {
        test_note("%u bytes", length);
        client_set_value(length);
        CHECK_EQUAL(client_read_value(store, XENSTORE_PAYLOAD_MAX + 1), length);
    }
    client_check_works(store);
}

/* fault: xenstored | a reply of any length up to 4096 bytes arrives in pieces of any size | reads
 * all of it | also values_of_every_length_are_read */
TEST(replies_larger_than_the_ring_are_read_whole)
{
    for (unsigned i = 0; i < CHUNKS; i++) {
        struct xenstore *store = client_start();

        deliver_in(chunks[i]);
        client_set_value(XENSTORE_PAYLOAD_MAX);
        CHECK_EQUAL(client_read_value(store, XENSTORE_PAYLOAD_MAX + 1), XENSTORE_PAYLOAD_MAX);
        client_set_value(XENSTORE_RING_SIZE - sizeof(struct xsd_sockmsg) + 1);
        CHECK_EQUAL(client_read_value(store, XENSTORE_PAYLOAD_MAX + 1),
                    XENSTORE_RING_SIZE - sizeof(struct xsd_sockmsg) + 1);
        client_check_works(store);
    }
}

/* fault: xenstored | xenstored takes requests in pieces of any size | sends all of them */
TEST(requests_larger_than_the_ring_are_sent_whole)
{
    static char text[2048 + 1];

    for (unsigned i = 0; i < CHUNKS; i++) {
        struct xenstore *store = client_start();

        deliver_in(chunks[i]);
        for (uint32_t length = 1000; length <= 2048; length += 131) {
            for (uint32_t at = 0; at < length; at++)
                text[at] = (char)('a' + (at + length) % 26);
            text[length] = 0;
            CHECK_EQUAL(xenstore_write(store, XENSTORE_NO_TRANSACTION, "data", "long", text), 0);
            CHECK(!strcmp(store_read(CLIENT_HOME "/long"), text));
        }
        client_check_works(store);
    }
}

/* fault: xenstored | a request is longer than the protocol allows, for which xenstored would
 * ignore the guest for good | does not send it: `-XEN_E2BIG` */
TEST(the_largest_request_is_sent_and_a_larger_one_is_not)
{
    static char text[XENSTORE_PAYLOAD_MAX];
    struct xenstore *store = client_start();

    memset(text, 'x', XENSTORE_PAYLOAD_MAX - 7);
    /* "data/k" and its zero are 7 bytes. The quota for values refuses this, the protocol does
     * not. */
    CHECK_EQUAL(xenstore_write(store, XENSTORE_NO_TRANSACTION, "data", "k", text), -XEN_ENOSPC);
    unsigned before = store_requests();
    text[XENSTORE_PAYLOAD_MAX - 7] = 'x';
    CHECK_EQUAL(xenstore_write(store, XENSTORE_NO_TRANSACTION, "data", "k", text), -XEN_E2BIG);
    CHECK_EQUAL(store_requests(), before);
    client_check_works(store);
}

/* fault: xenstored | a value is longer than the caller's buffer | reads it off the ring:
 * `-XEN_E2BIG` */
TEST(a_value_that_does_not_fit_is_refused_and_read_off_the_ring)
{
    struct xenstore *store = client_start();

    for (uint32_t length = 1; length <= XENSTORE_PAYLOAD_MAX; length += 113) {
        client_set_value(length);
        CHECK_EQUAL(client_read_value(store, length), -XEN_E2BIG);
        CHECK_EQUAL(client_read_value(store, 1), -XEN_E2BIG);
        CHECK_EQUAL(client_read_value(store, length + 1), length);
    }
    client_check_works(store);
}

static struct digest digest_of(const char *value, uint32_t length)
{
    struct digest digest;

    digest_begin(&digest);
    for (uint32_t i = 0; i < length; i++)
        digest_add(&digest, value[i]);
    return digest;
}

TEST(a_value_of_any_length_has_a_digest_of_all_its_bytes)
{
    static const uint32_t lengths[] = {0, 1, XENSTORE_RING_SIZE, XENSTORE_PAYLOAD_MAX};
    static char value[XENSTORE_PAYLOAD_MAX + 1];
    struct xenstore *store = client_start();
    struct digest digest, wanted;
    int length;

    for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        client_set_value(lengths[i]);
        /* Once to read it whole, for the comparison. */
        CHECK_EQUAL(xenstore_read(store, 0, "data", "value", value, sizeof(value)), lengths[i]);
        xenstore_post_digest(store, "data", "value", &digest, &length);
        xenstore_collect(store);
        CHECK_EQUAL(length, lengths[i]);
        wanted = digest_of(value, lengths[i]);
        CHECK_EQUAL(digest.hash, wanted.hash);
        CHECK_EQUAL(digest.last, lengths[i] ? value[lengths[i] - 1] : 0);
    }
    xenstore_post_digest(store, "data", "none", &digest, &length);
    xenstore_collect(store);
    CHECK_EQUAL(length, -XEN_ENOENT);
    client_check_works(store);
}

/* fault: xenstored | a value contains a zero byte | `-XEN_EINVAL` */
TEST(a_value_with_a_zero_byte_is_refused)
{
    struct xenstore *store = client_start();

    tree_set(&store_tree, CLIENT_HOME "/value", "a\0b", 3);
    CHECK_EQUAL(client_read_value(store, 100), -XEN_EINVAL);
    tree_set(&store_tree, CLIENT_HOME "/value", "ab\0", 3);
    CHECK_EQUAL(client_read_value(store, 100), -XEN_EINVAL);
    client_check_works(store);
}

TEST(a_missing_or_forbidden_node_is_an_error)
{
    struct xenstore *store = client_start();
    char value[8];

    CHECK_EQUAL(xenstore_read(store, 0, "data", "no", value, sizeof(value)), -XEN_ENOENT);
    CHECK_EQUAL(xenstore_read(store, 0, "/local/domain/0", "name", value, sizeof(value)),
                -XEN_EACCES);
    store_allow("/local/domain/0", TREE_NONE);
    CHECK_EQUAL(xenstore_read(store, 0, "/local/domain/0", NULL, value, sizeof(value)),
                -XEN_EACCES);
    CHECK_EQUAL(xenstore_write(store, 0, "/local/domain/0", "name", "x"), -XEN_EACCES);
    CHECK_EQUAL(xenstore_remove(store, 0, "/local/domain/0", NULL), -XEN_EACCES);
    CHECK_EQUAL(xenstore_remove(store, 0, "data", "no"), 0);
    CHECK_EQUAL(xenstore_remove(store, 0, "data/no", "no"), 0);
    CHECK_EQUAL(xenstore_read(store, 0, "data//x", NULL, value, sizeof(value)), -XEN_EINVAL);
    client_check_works(store);
}

TEST(a_value_that_was_written_can_be_read_and_removed)
{
    struct xenstore *store = client_start();
    char value[8];

    CHECK_EQUAL(xenstore_write(store, 0, "data/a", "b", "c"), 0);
    CHECK_EQUAL(xenstore_read(store, 0, "data/a", "b", value, sizeof(value)), 1);
    CHECK_EQUAL(xenstore_write(store, 0, "data/a", "b", ""), 0);
    CHECK_EQUAL(xenstore_read(store, 0, "data/a", "b", value, sizeof(value)), 0);
    CHECK_EQUAL(xenstore_remove(store, 0, "data", "a"), 0);
    CHECK_EQUAL(xenstore_read(store, 0, "data/a", "b", value, sizeof(value)), -XEN_ENOENT);
    client_check_works(store);
}

TEST(a_full_quota_is_an_error_and_nothing_more)
{
    struct xenstore *store = client_start();

    store_config.quota_nodes = tree_count_of_guest(&store_tree);
    CHECK_EQUAL(xenstore_write(store, 0, "data", "one-more", "x"), -XEN_ENOSPC);
    client_check_works(store);
}

TEST(directories_of_many_names_are_listed)
{
    struct xenstore *store = client_start();
    static char names[XENSTORE_PAYLOAD_MAX];
    char path[64];

    CHECK_EQUAL(xenstore_directory(store, "data", names, sizeof(names)), 0);
    for (unsigned i = 0; i < 500; i++) {
        snprintf(path, sizeof(path), CLIENT_HOME "/%06u", i);
        store_write(path, "x");
    }
    int length = xenstore_directory(store, "data", names, sizeof(names));
    CHECK_EQUAL(length, 500 * 7);
    for (int i = 0; i < 500; i++) {
        snprintf(path, sizeof(path), "%06d", i);
        CHECK(!strcmp(names + i * 7, path));
    }
    CHECK_EQUAL(xenstore_directory(store, "data", names, 100), -XEN_E2BIG);
    CHECK_EQUAL(xenstore_directory(store, "data/no", names, sizeof(names)), -XEN_ENOENT);
    client_check_works(store);
}

TEST(a_transaction_is_seen_at_its_commit_and_not_before)
{
    struct xenstore *store = client_start();
    uint32_t transaction;
    char value[8];

    CHECK_EQUAL(xenstore_transaction_start(store, &transaction), 0);
    CHECK_EQUAL(xenstore_write(store, transaction, "data", "a", "1"), 0);
    CHECK_EQUAL(xenstore_read(store, transaction, "data", "a", value, sizeof(value)), 1);
    CHECK(!store_read(CLIENT_HOME "/a"));
    CHECK_EQUAL(xenstore_transaction_commit(store, transaction), 0);
    CHECK(!strcmp(store_read(CLIENT_HOME "/a"), "1"));

    CHECK_EQUAL(xenstore_transaction_start(store, &transaction), 0);
    CHECK_EQUAL(xenstore_remove(store, transaction, "data", "a"), 0);
    CHECK_EQUAL(xenstore_transaction_abort(store, transaction), 0);
    CHECK(!strcmp(store_read(CLIENT_HOME "/a"), "1"));
    CHECK_EQUAL(xenstore_transaction_abort(store, transaction), -XEN_ENOENT);
    CHECK(!store_has_transaction());
    client_check_works(store);
}

TEST(a_commit_after_a_write_from_outside_fails_with_eagain)
{
    struct xenstore *store = client_start();
    uint32_t transaction;

    CHECK_EQUAL(xenstore_transaction_start(store, &transaction), 0);
    CHECK_EQUAL(xenstore_write(store, transaction, "data", "a", "1"), 0);
    store_write(CLIENT_HOME "/a", "2");
    CHECK_EQUAL(xenstore_transaction_commit(store, transaction), -XEN_EAGAIN);
    CHECK(!strcmp(store_read(CLIENT_HOME "/a"), "2"));
    CHECK(!store_has_transaction());
    client_check_works(store);
}

TEST(more_transactions_than_the_quota_are_an_error)
{
    struct xenstore *store = client_start();
    uint32_t transaction;

    for (unsigned i = 0; i < 10; i++)
        CHECK_EQUAL(xenstore_transaction_start(store, &transaction), 0);
    CHECK_EQUAL(xenstore_transaction_start(store, &transaction), -XEN_ENOSPC);
    client_check_works(store);
}

TEST(request_numbers_may_wrap_around)
{
    struct xenstore *store = client_start();

    client_set_value(5);
    store->request = UINT32_MAX - 2;
    for (unsigned i = 0; i < 6; i++)
        CHECK_EQUAL(client_read_value(store, 100), 5);
    client_check_works(store);
}
