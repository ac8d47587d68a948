/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The xenstore client with several requests in flight. */
#include "store_client.h"
#include "test.h"
#include "xen/disk/disk_io.h"

#include <stdio.h>
#include <stdlib.h>

#define GROUP       XENSTORE_POSTED_MAX
#define VALUE_BYTES 32

/* A group reads "data/0", "data/1" and so on, whose values are "value 0", "value 1" and so on. */
static char values[GROUP][VALUE_BYTES];
static int results[GROUP];

static void key_of(char *key, unsigned i)
{
    snprintf(key, 4, "%u", i);
}

static struct xenstore *group_start(void)
{
    struct xenstore *store = client_start();

    for (unsigned i = 0; i < GROUP; i++) {
        char path[64];
        snprintf(path, sizeof(path), CLIENT_HOME "/%u", i);
        store_write(path, "value %u", i);
    }
    return store;
}

static void group_read(struct xenstore *store)
{
    char key[4];

    memset(values, 'v', sizeof(values));
    for (unsigned i = 0; i < GROUP; i++) {
        key_of(key, i);
        results[i] = 77;
        xenstore_post_read(store, 0, "data", key, values[i], VALUE_BYTES, &results[i]);
    }
    xenstore_collect(store);
}

static void check_value(unsigned i)
{
    char expected[VALUE_BYTES];

    snprintf(expected, sizeof(expected), "value %u", i);
    test_note("request %u of a group", i);
    CHECK_EQUAL(results[i], strlen(expected));
    CHECK(!strcmp(values[i], expected));
}

/* A value that, with the header of its reply, fills the ring. */
#define FILLING_BYTES (XENSTORE_RING_SIZE - sizeof(struct xsd_sockmsg))

static void write_long(const char *path, uint32_t length)
{
    static char value[2 * XENSTORE_RING_SIZE];

    memset(value, '9', length);
    value[length] = 0;
    store_write(path, "%s", value);
}

/* fault: xenstored | a reply fills the ring to its last byte, and xenstored sleeps | notifies
 * xenstored of the free space before it waits for more */
TEST(xenstored_is_notified_of_space_when_a_reply_has_filled_the_ring)
{
    struct xenstore *store = group_start();
    uint32_t at = store_page()->rsp_cons % XENSTORE_RING_SIZE;
    char value[VALUE_BYTES];

    /* Make the next reply begin at the start of the ring, so that it is sent in one piece. */
    write_long(CLIENT_HOME "/filler", XENSTORE_RING_SIZE + FILLING_BYTES - at);
    CHECK_EQUAL(xenstore_read(store, 0, "data", "filler", value, sizeof(value)), -XEN_E2BIG);
    CHECK_EQUAL(store_page()->rsp_cons % XENSTORE_RING_SIZE, 0);
    write_long(CLIENT_HOME "/0", FILLING_BYTES);
    group_read(store);
    CHECK_EQUAL(results[0], -XEN_E2BIG);
    for (unsigned i = 1; i < GROUP; i++)
        check_value(i);
    CHECK(!xenstore_is_closed(store));
}

static void check_error(unsigned i, int error)
{
    test_note("request %u of a group", i);
    CHECK_EQUAL(results[i], error);
    CHECK_EQUAL(values[i][0], 0);
}

TEST(a_group_of_requests_costs_one_wait)
{
    struct xenstore *store = group_start();
    uint32_t requests = store->requests, round_trips = store->round_trips;
    uint64_t since = clock_now_us();

    group_read(store);
    for (unsigned i = 0; i < GROUP; i++)
        check_value(i);
    CHECK_EQUAL(store->requests - requests, GROUP);
    CHECK_EQUAL(store->round_trips - round_trips, 1);
    /* The length of one pause. */
    CHECK_EQUAL(clock_now_us() - since, 500);
    client_check_works(store);
}

TEST(requests_of_a_group_are_done_in_order)
{
    struct xenstore *store = client_start();
    char value[VALUE_BYTES];
    int written[3], removed, length;

    xenstore_post_write(store, 0, "data", "a", "1", &written[0]);
    xenstore_post_write(store, 0, "data", "a", "2", &written[1]);
    xenstore_post_read(store, 0, "data", "a", value, sizeof(value), &length);
    xenstore_post_remove(store, 0, "data", "a", &removed);
    xenstore_post_write(store, 0, "data", "b", "3", &written[2]);
    xenstore_collect(store);
    CHECK_EQUAL(written[0] | written[1] | written[2] | removed, 0);
    CHECK_EQUAL(length, 1);
    CHECK(!strcmp(value, "2"));
    CHECK(!store_read(CLIENT_HOME "/a"));
    CHECK(!strcmp(store_read(CLIENT_HOME "/b"), "3"));
    client_check_works(store);
}

TEST(collecting_nothing_costs_nothing)
{
    struct xenstore *store = client_start();
    uint32_t round_trips = store->round_trips;

    xenstore_collect(store);
    CHECK_EQUAL(store->round_trips, round_trips);
    limit_check(0);
}

TEST(more_requests_than_the_table_holds_are_collected_on_the_way)
{
    struct xenstore *store = client_start();
    int written[3 * GROUP + 1];
    char key[4];

    for (unsigned i = 0; i < 3 * GROUP + 1; i++) {
        key_of(key, i);
        written[i] = 77;
        xenstore_post_write(store, 0, "data", key, "x", &written[i]);
    }
    uint32_t round_trips = store->round_trips;
    xenstore_collect(store);
    CHECK_EQUAL(store->round_trips - round_trips, 1);
    for (unsigned i = 0; i < 3 * GROUP + 1; i++)
        CHECK_EQUAL(written[i], 0);
    client_check_works(store);
}

/* fault: xenstored | xenstored takes no request while a reply does not fit the ring | never waits
 * for it: the requests in flight fit the ring together */
TEST(requests_larger_than_the_ring_together_never_lock_up)
{
    static char text[2048 + 1];

    for (uint32_t length = 100; length <= 2000; length += 100) {
        struct xenstore *store = client_start();
        static char long_value[XENSTORE_PAYLOAD_MAX + 1];
        int written[GROUP], length_read[GROUP];

        memset(text, 'x', sizeof(text) - 1);
        text[length] = 0;
        client_set_value(4000);
        test_note("writes of %u bytes", length);
        /* xenstored takes no request while it has a reply that does not fit the ring. */
        for (unsigned i = 0; i < GROUP; i++) {
            xenstore_post_read(store, 0, "data", "value", long_value, sizeof(long_value),
                               &length_read[i]);
            xenstore_post_write(store, 0, "data", "long", text, &written[i]);
        }
        xenstore_collect(store);
        for (unsigned i = 0; i < GROUP; i++) {
            CHECK_EQUAL(length_read[i], 4000);
            CHECK_EQUAL(written[i], 0);
        }
        limit_check(limit_reply_ms());
        client_check_works(store);
    }
}

TEST(a_group_of_the_longest_replies_comes_in_any_pieces)
{
    static const uint32_t chunks[] = {0, 1, 7, 16, 17, 1023, 1024, 1025};
    static char long_values[GROUP][XENSTORE_PAYLOAD_MAX + 1];

    for (unsigned c = 0; c < sizeof(chunks) / sizeof(chunks[0]); c++) {
        struct xenstore *store = client_start();

        store_config.chunk = chunks[c];
        store_config.chunk_us = 100;
        clock_set_pause_us(100);
        client_set_value(XENSTORE_PAYLOAD_MAX);
        test_note("pieces of %u bytes", chunks[c]);
        for (unsigned i = 0; i < GROUP; i++)
            xenstore_post_read(store, 0, "data", "value", long_values[i], sizeof(long_values[i]),
                               &results[i]);
        xenstore_collect(store);
        for (unsigned i = 0; i < GROUP; i++) {
            CHECK_EQUAL(results[i], XENSTORE_PAYLOAD_MAX);
            CHECK(!memcmp(long_values[i], long_values[0], XENSTORE_PAYLOAD_MAX));
        }
        limit_begin();
        client_check_works(store);
    }
}

TEST(a_request_that_the_protocol_does_not_allow_harms_no_other_of_its_group)
{
    static char text[XENSTORE_PAYLOAD_MAX + 1];
    struct xenstore *store = client_start();
    int written[3];

    memset(text, 'x', XENSTORE_PAYLOAD_MAX);
    xenstore_post_write(store, 0, "data", "a", "1", &written[0]);
    xenstore_post_write(store, 0, "data", "b", text, &written[1]);
    xenstore_post_write(store, 0, "data", "c", "3", &written[2]);
    xenstore_collect(store);
    CHECK_EQUAL(written[0], 0);
    CHECK_EQUAL(written[1], -XEN_E2BIG);
    CHECK_EQUAL(written[2], 0);
    client_check_works(store);
}

/**** Faults in the middle of a group ****/

/* The request of the group whose reply is changed. */
static unsigned victim;
static struct store_reply kept;

static unsigned index_of(const struct store_request *request)
{
    return (unsigned)atoi(request->payload + sizeof("data/") - 1);
}

/* Run a group of reads with the hook @wanted, with each of its requests in turn as the victim. */
#define for_each_victim(store, wanted)                                                             \
    for (victim = 0;                                                                               \
         victim < GROUP && ((store) = group_start(), store_config.hook = (wanted), true);          \
         victim++)

static void make_error(void *context, const struct store_request *request,
                       struct store_reply *reply)
{
    (void)context;
    if (index_of(request) == victim)
        store_make_error(reply, "ENOSPC");
}

/* fault: xenstored | one of several requests in flight is answered with an error, with a reply of
 * another type, twice, or out of order | the other requests get their own replies | also
 * a_reply_of_another_type_harms_no_other_of_its_group,
 * a_second_reply_to_the_same_request_is_dropped,
 * replies_in_another_order_reach_their_own_requests */
TEST(an_error_of_one_request_harms_no_other_of_its_group)
{
    struct xenstore *store;

    for_each_victim(store, make_error)
    {
        group_read(store);
        for (unsigned i = 0; i < GROUP; i++) {
            if (i == victim)
                check_error(i, -XEN_ENOSPC);
            else
                check_value(i);
        }
        client_check_works(store);
    }
}

static void make_wrong_type(void *context, const struct store_request *request,
                            struct store_reply *reply)
{
    (void)context;
    if (index_of(request) == victim)
        reply->header.type = XS_DIRECTORY;
}

TEST(a_reply_of_another_type_harms_no_other_of_its_group)
{
    struct xenstore *store;

    for_each_victim(store, make_wrong_type)
    {
        group_read(store);
        for (unsigned i = 0; i < GROUP; i++) {
            if (i == victim)
                CHECK_EQUAL(results[i], -XEN_EIO);
            else
                check_value(i);
        }
        client_check_works(store);
    }
}

static void swap_with_next(void *context, const struct store_request *request,
                           struct store_reply *reply)
{
    (void)context;
    if (index_of(request) == victim) {
        /* Hold the reply back, and send one to no request instead. */
        kept = *reply;
        reply->header.req_id = 0x7fffffff;
    } else if (index_of(request) == (victim + 1) % GROUP && kept.length) {
        store_send_raw(&reply->header, sizeof(reply->header));
        store_send_raw(reply->payload, reply->length);
        *reply = kept;
    }
}

TEST(replies_in_another_order_reach_their_own_requests)
{
    struct xenstore *store;

    for_each_victim(store, swap_with_next)
    {
        if (victim == GROUP - 1)
            break;
        group_read(store);
        for (unsigned i = 0; i < GROUP; i++)
            check_value(i);
        client_check_works(store);
    }
}

static void send_twice(void *context, const struct store_request *request,
                       struct store_reply *reply)
{
    (void)context;
    if (index_of(request) != victim)
        return;
    store_send_raw(&reply->header, sizeof(reply->header));
    store_send_raw(reply->payload, reply->length);
    memset(reply->payload, 'X', reply->length);
}

TEST(a_second_reply_to_the_same_request_is_dropped)
{
    struct xenstore *store;

    for_each_victim(store, send_twice)
    {
        group_read(store);
        for (unsigned i = 0; i < GROUP; i++)
            check_value(i);
        client_check_works(store);
    }
}

static void lose(void *context, const struct store_request *request, struct store_reply *reply)
{
    (void)context;
    if (index_of(request) == victim)
        reply->header.req_id = 0x7fffffff;
}

/* fault: xenstored | one of several replies is lost or broken, or xenstored falls silent between
 * two of them | closes the client for good; requests that were answered before keep their results |
 * also a_broken_reply_fails_the_requests_after_it_at_once,
 * silence_in_the_middle_of_a_group_costs_one_limit */
TEST(a_reply_that_is_lost_closes_the_client_at_the_limit_and_the_others_count)
{
    struct xenstore *store;

    for_each_victim(store, lose)
    {
        group_read(store);
        for (unsigned i = 0; i < GROUP; i++) {
            if (i == victim)
                check_error(i, -XEN_ETIMEDOUT);
            else
                check_value(i);
        }
        client_check_closed(store);
    }
}

static void announce_too_much(void *context, const struct store_request *request,
                              struct store_reply *reply)
{
    (void)context;
    if (index_of(request) == victim)
        reply->header.len = XENSTORE_PAYLOAD_MAX + 1;
}

TEST(a_broken_reply_fails_the_requests_after_it_at_once)
{
    struct xenstore *store;

    for_each_victim(store, announce_too_much)
    {
        group_read(store);
        for (unsigned i = 0; i < GROUP; i++) {
            if (i >= victim)
                check_error(i, -XEN_EIO);
            else
                check_value(i);
        }
        limit_check(10);
        client_check_closed(store);
    }
}

TEST(silence_in_the_middle_of_a_group_costs_one_limit)
{
    struct xenstore *store;

    for_each_victim(store, NULL)
    {
        store_config.silent_from = store_requests() + victim;
        group_read(store);
        for (unsigned i = 0; i < GROUP; i++) {
            if (i >= victim)
                check_error(i, -XEN_ETIMEDOUT);
            else
                check_value(i);
        }
        limit_check(STORE_LIMIT_MS + 10);
        limit_begin();
        client_check_closed(store);
    }
}

TEST(a_group_on_a_closed_client_fails_at_once)
{
    struct xenstore *store = group_start();
    uint32_t requests = store->requests;

    xenstore_ring_close(&store->ring, "closed by the test");
    group_read(store);
    for (unsigned i = 0; i < GROUP; i++)
        check_error(i, -XEN_ENOTCONN);
    CHECK_EQUAL(store->requests, requests);
    client_check_closed(store);
}

TEST(a_client_that_closes_while_a_group_is_posted_fails_all_of_it)
{
    struct xenstore *store = group_start();
    int written[2];

    xenstore_post_write(store, 0, "data", "a", "1", &written[0]);
    xenstore_ring_close(&store->ring, "closed by the test");
    xenstore_post_write(store, 0, "data", "b", "2", &written[1]);
    xenstore_collect(store);
    CHECK_EQUAL(written[0], -XEN_ENOTCONN);
    CHECK_EQUAL(written[1], -XEN_ENOTCONN);
    client_check_closed(store);
}

/**** A disk's groups ****/

TEST(a_key_that_cannot_be_written_aborts_the_publishing_of_all)
{
    /* The six writes follow four requests that check the backend, and the start of the
     * transaction. */
    for (unsigned at = 0; at < 6; at++) {
        struct firmware firmware;

        firmware_with_disk(&firmware);
        store_config.refuse_from = store_requests() + 5 + at;
        store_config.refuse_times = 1;
        store_config.refuse_with = "EACCES";
        test_note("write %u", at);
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), -XEN_ENOTCONN);
        CHECK(log_has("publishing its keys: EACCES"));
        firmware_check_end(&firmware);
    }
}

TEST(only_keys_that_could_not_be_removed_are_removed_again)
{
    for (unsigned at = 0; at < 6; at++) {
        struct firmware firmware;
        struct backend *backend = firmware_connected(&firmware);

        backend->config.latency_us = 0;
        struct xenstore *store = &firmware.core->store;
        uint32_t requests = store->requests, round_trips = store->round_trips;
        /* After two writes of a state and two polls. */
        store_config.refuse_from = store_requests() + 4 + at;
        store_config.refuse_times = 1;
        store_config.refuse_with = "EACCES";
        test_note("request %u", at);
        disk_io_close(firmware.vbd[0]);
        CHECK_EQUAL(store->requests - requests, 12);
        CHECK_EQUAL(store->round_trips - round_trips, 7);
        firmware_check_end(&firmware);
    }
}
