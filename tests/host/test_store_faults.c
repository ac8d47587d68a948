/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The xenstore client with a xenstored that fails, sends nonsense, or is silent. */
#include "store_client.h"
#include "test.h"

/* To which replies a test has xenstored do something: those from request @from on, @times of
 * them. */
struct plan {
    unsigned from, times;
    uint32_t number;
    const char *text;
};

static struct plan plan;

static bool plan_is_due(void)
{
    if (plan.from) {
        plan.from--;
        return false;
    }
    if (!plan.times)
        return false;
    plan.times--;
    return true;
}

static struct xenstore *client_with(store_hook *hook, struct plan wanted)
{
    struct xenstore *store = client_start();

    plan = wanted;
    store_config.hook = hook;
    client_set_value(10);
    return store;
}

/**** The wrong reply ****/

static void send_raw_first(const struct xsd_sockmsg *header, const char *payload)
{
    store_send_raw(header, sizeof(*header));
    store_send_raw(payload, header->len);
}

static void other_request_first(void *context, const struct store_request *request,
                                struct store_reply *reply)
{
    static char payload[XENSTORE_PAYLOAD_MAX];
    struct xsd_sockmsg header = request->header;

    (void)context;
    (void)reply;
    header.req_id += plan.number;
    header.len = sizeof(payload);
    if (plan_is_due())
        send_raw_first(&header, payload);
}

/* fault: xenstored | a reply to another request arrives first | drops it and takes the right one */
TEST(a_reply_to_another_request_is_dropped_and_the_right_one_taken)
{
    static const uint32_t offsets[] = {1, UINT32_MAX, 0x80000000};

    for (unsigned i = 0; i < 3; i++) {
        struct plan wanted = {.times = 3, .number = offsets[i]};
        struct xenstore *store = client_with(other_request_first, wanted);

        for (unsigned n = 0; n < 4; n++)
            CHECK_EQUAL(client_read_value(store, 100), 10);
        client_check_works(store);
    }
}

static void other_request_instead(void *context, const struct store_request *request,
                                  struct store_reply *reply)
{
    (void)context;
    (void)request;
    if (plan_is_due())
        reply->header.req_id ^= plan.number;
}

/* fault: xenstored | only replies to other requests arrive, however many | closes the client for
 * good at the limit | also a_stream_of_other_replies_does_not_postpone_the_limit */
TEST(a_reply_to_another_request_alone_closes_the_client_at_the_limit)
{
    struct plan wanted = {.times = 1, .number = 1};
    struct xenstore *store = client_with(other_request_instead, wanted);

    CHECK_EQUAL(client_read_value(store, 100), -XEN_ETIMEDOUT);
    client_check_closed(store);
}

static void endless_other_replies(void *context, const struct store_request *request,
                                  struct store_reply *reply)
{
    (void)context;
    /* As if the reply to this request arrived again and again with a wrong number. */
    reply->header.req_id = request->header.req_id + 1;
    for (unsigned i = 0; i < 2000; i++)
        store_send_raw(&reply->header, sizeof(reply->header) + reply->length);
}

TEST(a_stream_of_other_replies_does_not_postpone_the_limit)
{
    struct xenstore *store = client_with(endless_other_replies, (struct plan){0});

    /* Together they take half a minute. */
    store_config.chunk = 20;
    store_config.chunk_us = 10000;
    clock_set_pause_us(10000);
    CHECK_EQUAL(client_read_value(store, 100), -XEN_ETIMEDOUT);
    client_check_closed(store);
}

static void wrong_type(void *context, const struct store_request *request,
                       struct store_reply *reply)
{
    (void)context;
    (void)request;
    if (plan_is_due())
        reply->header.type = plan.number;
}

/* fault: xenstored | a reply has the type of another request | `-XEN_EIO`; the ring stays in
 * step */
TEST(a_reply_of_another_type_is_an_error_and_leaves_the_ring_in_step)
{
    static const uint32_t types[] = {XS_DIRECTORY, XS_WRITE, XS_TYPE_COUNT, XS_INVALID, UINT32_MAX};

    for (unsigned i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct plan wanted = {.times = 1, .number = types[i]};
        struct xenstore *store = client_with(wrong_type, wanted);

        test_note("type %u", types[i]);
        CHECK_EQUAL(client_read_value(store, 100), -XEN_EIO);
        client_check_works(store);
    }
}

static void watch_event_first(void *context, const struct store_request *request,
                              struct store_reply *reply)
{
    static char payload[XENSTORE_PAYLOAD_MAX];
    struct xsd_sockmsg header = {.type = XS_WATCH_EVENT, .len = plan.number};

    (void)context;
    (void)reply;
    /* Also with the number of the current request. */
    if (plan.number & 1)
        header.req_id = request->header.req_id;
    if (plan_is_due())
        send_raw_first(&header, payload);
}

/* fault: xenstored | watch events arrive between replies | drops them */
TEST(watch_events_in_between_are_dropped)
{
    static const uint32_t lengths[] = {0, 1, 12, 13, 1024, 1025, 4095, 4096};

    for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct plan wanted = {.times = 5, .number = lengths[i]};
        struct xenstore *store = client_with(watch_event_first, wanted);

        test_note("%u bytes", lengths[i]);
        for (unsigned n = 0; n < 6; n++)
            CHECK_EQUAL(client_read_value(store, 100), 10);
        client_check_works(store);
    }
}

/**** Errors ****/

static void error_reply(void *context, const struct store_request *request,
                        struct store_reply *reply)
{
    (void)context;
    (void)request;
    if (!plan_is_due())
        return;
    store_make_error(reply, plan.text);
    /* Without the terminating zero, as some versions send it. */
    if (plan.number)
        reply->length = reply->header.len = reply->length - 1;
}

/* fault: xenstored | an error has any name, known or not, terminated or not, of any length |
 * returns its number, and `-XEN_EIO` for an unknown name | also
 * an_error_of_any_length_is_read_off_the_ring */
TEST(an_error_of_every_name_becomes_its_number)
{
    static const struct {
        const char *name;
        int error;
    } errors[] = {
        {"EINVAL", -XEN_EINVAL},
        {"EACCES", -XEN_EACCES},
        {"EEXIST", -XEN_EEXIST},
        {"EISDIR", -XEN_EISDIR},
        {"ENOENT", -XEN_ENOENT},
        {"ENOMEM", -XEN_ENOMEM},
        {"ENOSPC", -XEN_ENOSPC},
        {"EIO", -XEN_EIO},
        {"ENOTEMPTY", -XEN_ENOTEMPTY},
        {"ENOSYS", -XEN_ENOSYS},
        {"EROFS", -XEN_EROFS},
        {"EBUSY", -XEN_EBUSY},
        {"EAGAIN", -XEN_EAGAIN},
        {"EISCONN", -XEN_EISCONN},
        {"E2BIG", -XEN_E2BIG},
        {"EPERM", -XEN_EPERM},
        {"", -XEN_EIO},
        {"EQUOTA", -XEN_EIO},
        {"enoent", -XEN_EIO},
        {"ENOENT ", -XEN_EIO},
        {"0", -XEN_EIO},
        {"ENAMETOOLONGENAMETOOLONGENAMETOOLONG", -XEN_EIO},
    };

    for (unsigned i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        for (unsigned zero = 0; zero < 2; zero++) {
            struct plan wanted = {.times = 1, .number = zero, .text = errors[i].name};
            struct xenstore *store = client_with(error_reply, wanted);

            test_note("\"%s\"", errors[i].name);
            CHECK_EQUAL(client_read_value(store, 100), errors[i].error);
            client_check_works(store);
        }
    }
}

/* fault: xenstored | a command is answered with an error | returns the error, never success */
TEST(an_error_does_not_pass_for_success_of_a_command)
{
    struct plan wanted = {.times = 4, .text = "E2BIG"};
    struct xenstore *store = client_with(error_reply, wanted);
    uint32_t transaction = 7;

    CHECK_EQUAL(xenstore_write(store, 0, "data", "a", "1"), -XEN_E2BIG);
    CHECK_EQUAL(xenstore_remove(store, 0, "data", "a"), -XEN_E2BIG);
    CHECK_EQUAL(xenstore_transaction_start(store, &transaction), -XEN_E2BIG);
    CHECK_EQUAL(xenstore_transaction_commit(store, transaction), -XEN_E2BIG);
    client_check_works(store);
}

static void garbled_error(void *context, const struct store_request *request,
                          struct store_reply *reply)
{
    (void)context;
    (void)request;
    if (!plan_is_due())
        return;
    reply->header.type = XS_ERROR;
    reply->length = reply->header.len = plan.number;
    memset(reply->payload, 'E', reply->length);
}

TEST(an_error_of_any_length_is_read_off_the_ring)
{
    for (uint32_t length = 0; length <= XENSTORE_PAYLOAD_MAX; length += 1 + length / 4) {
        struct plan wanted = {.times = 1, .number = length};
        struct xenstore *store = client_with(garbled_error, wanted);

        test_note("%u bytes", length);
        CHECK_EQUAL(client_read_value(store, 100), -XEN_EIO);
        client_check_works(store);
    }
}

/**** Payloads ****/

static void payload(void *context, const struct store_request *request, struct store_reply *reply)
{
    (void)context;
    (void)request;
    if (!plan_is_due())
        return;
    reply->length = reply->header.len = plan.number;
    memcpy(reply->payload, plan.text, plan.number);
}

/* fault: xenstored | a list of names is not terminated | `-XEN_EINVAL` */
TEST(a_list_of_names_that_is_not_terminated_is_refused)
{
    char names[100];
    struct xenstore *store = client_with(payload, (struct plan){.times = 1, .number = 3, "a\0b"});

    CHECK_EQUAL(xenstore_directory(store, "data", names, sizeof(names)), -XEN_EINVAL);
    client_check_works(store);
}

/* fault: xenstored | the number of a transaction is nonsense | begins no transaction:
 * `-XEN_EIO` */
TEST(a_transaction_whose_number_is_nonsense_is_not_begun)
{
    static const char *const numbers[] = {"",   "0",  "x",          "-1",
                                          "1x", " 1", "4294967296", "123456789012345678901"};

    for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct plan wanted = {
            .times = 1, .number = (uint32_t)strlen(numbers[i]), .text = numbers[i]};
        struct xenstore *store = client_with(payload, wanted);
        uint32_t transaction;

        test_note("\"%s\"", numbers[i]);
        CHECK(xenstore_transaction_start(store, &transaction) < 0);
        client_check_works(store);
    }
}

TEST(a_command_takes_any_payload_for_success)
{
    static const char text[] = "OK, and then some more than was asked for";
    struct xenstore *store =
        client_with(payload, (struct plan){.times = 1, .number = sizeof(text), text});

    CHECK_EQUAL(xenstore_write(store, 0, "data", "a", "1"), 0);
    client_check_works(store);
}

static void announced(void *context, const struct store_request *request, struct store_reply *reply)
{
    (void)context;
    (void)request;
    if (plan_is_due())
        reply->header.len = plan.number;
}

/* fault: xenstored | a reply claims to be longer than 4096 bytes | closes the client for good at
 * once */
TEST(a_reply_longer_than_the_protocol_allows_closes_the_client)
{
    static const uint32_t lengths[] = {XENSTORE_PAYLOAD_MAX + 1, 0x10000, 0x80000000, UINT32_MAX};

    for (unsigned i = 0; i < 4; i++) {
        struct xenstore *store =
            client_with(announced, (struct plan){.times = 1, .number = lengths[i]});

        test_note("%u bytes", lengths[i]);
        CHECK_EQUAL(client_read_value(store, 100), -XEN_EIO);
        limit_check(10);
        client_check_closed(store);
    }
}

/* fault: xenstored | a reply is shorter than its header says | closes the client for good at the
 * limit */
TEST(a_reply_shorter_than_its_header_says_closes_the_client_at_the_limit)
{
    for (uint32_t length = 11; length <= XENSTORE_PAYLOAD_MAX; length += length) {
        struct xenstore *store =
            client_with(announced, (struct plan){.times = 1, .number = length});

        test_note("%u bytes", length);
        CHECK_EQUAL(client_read_value(store, 100), -XEN_ETIMEDOUT);
        client_check_closed(store);
    }
}

/* fault: xenstored | a reply is longer than its header says | notices at the next reply that the
 * ring is out of step, and closes the client for good */
TEST(a_reply_longer_than_its_header_says_ends_in_step_or_closed)
{
    for (uint32_t length = 0; length < 10; length++) {
        struct xenstore *store =
            client_with(announced, (struct plan){.times = 1, .number = length});
        char name[16];

        test_note("%u bytes", length);
        xenstore_read(store, 0, "data", "value", name, sizeof(name));
        /* The client takes the rest of it for the beginning of the next reply. */
        CHECK(xenstore_read(store, 0, "name", NULL, name, sizeof(name)) < 0);
        limit_check(2 * limit_reply_ms());
        limit_begin();
        CHECK(xenstore_is_closed(store));
        client_check_closed(store);
    }
}

/**** Silence ****/

/* fault: xenstored | xenstored falls silent, before a message or after any byte of it | closes the
 * client for good at the limit | also
 * silence_after_any_byte_of_a_reply_closes_the_client_at_the_limit,
 * silence_after_any_byte_of_an_error_closes_the_client_at_the_limit,
 * silence_in_the_middle_of_a_reply_to_another_request_closes_the_client */
TEST(a_silent_xenstored_closes_the_client_at_the_limit)
{
    struct xenstore *store = client_start();

    store_config.silent_from = store_requests();
    CHECK_EQUAL(client_read_value(store, 100), -XEN_ETIMEDOUT);
    CHECK(clock_now_us() >= STORE_LIMIT_MS * 1000);
    client_check_closed(store);
}

TEST(silence_after_any_byte_of_a_reply_closes_the_client_at_the_limit)
{
    for (uint32_t bytes = 1; bytes < sizeof(struct xsd_sockmsg) + 10; bytes++) {
        struct xenstore *store = client_start();

        client_set_value(10);
        /* One reply has been sent already: that there are no disks. */
        store_config.stop_after = sizeof(struct xsd_sockmsg) + sizeof("ENOENT") + bytes;
        test_note("%u bytes", bytes);
        CHECK_EQUAL(client_read_value(store, 100), -XEN_ETIMEDOUT);
        client_check_closed(store);
    }
}

TEST(silence_after_any_byte_of_an_error_closes_the_client_at_the_limit)
{
    for (uint32_t bytes = 1; bytes < sizeof(struct xsd_sockmsg) + sizeof("ENOENT"); bytes++) {
        struct xenstore *store = client_start();
        char value[8];

        store_config.stop_after = sizeof(struct xsd_sockmsg) + sizeof("ENOENT") + bytes;
        test_note("%u bytes", bytes);
        CHECK_EQUAL(xenstore_read(store, 0, "data", "no", value, 8), -XEN_ETIMEDOUT);
        client_check_closed(store);
    }
}

TEST(silence_in_the_middle_of_a_reply_to_another_request_closes_the_client)
{
    struct plan wanted = {.times = 1, .number = 4096};
    struct xenstore *store = client_with(watch_event_first, wanted);

    store_config.stop_after = 2000;
    CHECK_EQUAL(client_read_value(store, 100), -XEN_ETIMEDOUT);
    client_check_closed(store);
}

/* fault: xenstored | xenstored takes no requests | closes the client for good at the limit */
TEST(a_xenstored_that_does_not_take_requests_closes_the_client_at_the_limit)
{
    static char text[2000];
    struct xenstore *store = client_start();

    memset(text, 'x', sizeof(text) - 1);
    store_config.latency_us = UINT32_MAX;
    CHECK_EQUAL(xenstore_write(store, 0, "data", "a", text), -XEN_ETIMEDOUT);
    client_check_closed(store);
}

TEST(a_slow_xenstored_is_waited_for)
{
    struct xenstore *store = client_start();

    store_config.latency_us = (STORE_LIMIT_MS - 10) * 1000;
    client_set_value(10);
    CHECK_EQUAL(client_read_value(store, 100), 10);
    CHECK(log_has("waiting for a reply"));
    limit_check(STORE_LIMIT_MS);
    limit_begin();
    store_config.latency_us = 100;
    client_check_works(store);
}

/* fault: xenstored | xenstored sends one byte a second | closes the client for good at the
 * limit */
TEST(a_xenstored_that_sends_a_byte_a_second_is_not_waited_for_beyond_the_limit)
{
    struct xenstore *store = client_start();

    store_config.chunk = 1;
    store_config.chunk_us = 1000000;
    client_set_value(100);
    CHECK_EQUAL(client_read_value(store, 101), -XEN_ETIMEDOUT);
    client_check_closed(store);
}

/**** The page itself ****/

/* fault: xenstored | the indexes of the ring are impossible | closes the client for good at
 * once */
TEST(impossible_indexes_close_the_client)
{
    for (unsigned which = 0; which < 4; which++) {
        for (unsigned i = 0; i < 3; i++) {
            static const uint32_t values[] = {XENSTORE_RING_SIZE + 1, 0x80000000, UINT32_MAX};
            struct xenstore *store = client_start();
            struct xenstore_domain_interface *page = store_page();
            XENSTORE_RING_IDX *indexes[] = {&page->req_cons, &page->req_prod, &page->rsp_cons,
                                            &page->rsp_prod};

            *indexes[which] += which & 1 ? values[i] : 0u - values[i];
            test_note("index %u off by %u", which, values[i]);
            client_set_value(10);
            CHECK_EQUAL(client_read_value(store, 100), -XEN_EIO);
            limit_check(10);
            client_check_closed(store);
        }
    }
}

TEST(indexes_that_begin_anywhere_are_no_fault)
{
    static const uint32_t starts[] = {1, 1023, 1024, 0x7fffffff, UINT32_MAX, UINT32_MAX - 500};

    for (unsigned i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        struct xenstore *store = client_start();
        struct xenstore_domain_interface *page = store_page();

        page->req_cons = page->req_prod = starts[i];
        page->rsp_cons = page->rsp_prod = starts[i] + 77;
        for (uint32_t length = 0; length < 3000; length += 177) {
            client_set_value(length);
            CHECK_EQUAL(client_read_value(store, 4000), length);
        }
        client_check_works(store);
    }
}

/* fault: hypercall | xenstore has no page or no port | `-XEN_ENODEV` */
TEST(no_page_or_port_for_xenstore_is_an_error_at_the_start)
{
    static const struct {
        unsigned param;
        uint64_t value;
    } params[] = {
        {HVM_PARAM_STORE_PFN, 0},
        {HVM_PARAM_STORE_PFN, 0x12345},
        {HVM_PARAM_STORE_PFN, UINT64_MAX},
        {HVM_PARAM_STORE_EVTCHN, 0},
        {HVM_PARAM_STORE_EVTCHN, UINT64_C(1) << 32},
    };

    for (unsigned i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
        struct firmware firmware;

        world_reset();
        *xen_param(params[i].param) = params[i].value;
        test_note("parameter %u", params[i].param);
        CHECK_EQUAL(firmware_start(&firmware), -XEN_ENODEV);
        CHECK(xenstore_is_closed(&firmware.core->store));
    }
}
