/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What the toolstack asks of a PVH guest. */
#include "counts.h"
#include "firmware.h"
#include "store_client.h"
#include "test.h"
#include "xen/hv/hypercall.h"
#include "xen/store/toolstack.h"

#define KEY "/local/domain/1/control/shutdown"

static struct core *core;
static struct toolstack toolstack;

/* The toolstack writes the key, and lets the guest write it. */
static void set(const char *value)
{
    store_write(KEY, "%s", value);
    store_allow(KEY, TREE_WRITE);
}

static void start(void)
{
    memset(&toolstack, 0, sizeof(toolstack));
    world_reset();
    core = firmware_core();
    set("");
}

/* Look, and take what is found. */
static enum toolstack_request look(void)
{
    enum toolstack_request request = toolstack_look(&toolstack, core);

    return request == TOOLSTACK_NOTHING ? request : toolstack_take(&toolstack, core);
}

static uint32_t requests(void)
{
    return core->store.requests;
}

TEST(a_look_takes_one_request_if_nothing_is_asked_for)
{
    start();
    for (unsigned i = 0; i < 3; i++) {
        uint32_t before = requests(), round_trips = core->store.round_trips;

        CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
        CHECK_EQUAL(requests() - before, 1);
        CHECK_EQUAL(core->store.round_trips - round_trips, 1);
    }
    start();
    tree_remove(&store_tree, KEY);
    CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
    client_check_works(&core->store);
}

TEST(each_request_of_the_toolstack_is_acknowledged_once)
{
    static const struct {
        const char *value;
        enum toolstack_request request;
    } cases[] = {
        {"poweroff", TOOLSTACK_POWER_OFF},
        {"halt", TOOLSTACK_POWER_OFF},
        {"reboot", TOOLSTACK_REBOOT},
        {"suspend", TOOLSTACK_SUSPEND},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("%s", cases[i].value);
        start();
        set(cases[i].value);
        CHECK_EQUAL(look(), cases[i].request);
        CHECK(!strcmp(store_read(KEY), ""));
        CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
    }
}

TEST(a_request_that_the_firmware_does_not_know_is_left)
{
    static const char *const values[] = {"crash", "suspended", "susp", "a value that is too long"};

    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        start();
        set(values[i]);
        CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
        CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
        CHECK(!strcmp(store_read(KEY), values[i]));
    }
    client_check_works(&core->store);
}

/* fault: xenstored | is slow when the firmware looks for a request of the toolstack | waits less
 * than a tick, and takes the reply at a later look */
TEST(a_look_does_not_wait_longer_than_a_tick)
{
    start();
    set("suspend");
    store_config.latency_us = 300000;
    uint32_t begin = platform_clock(), before = requests();
    CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
    CHECK(platform_elapsed_ms(begin) <= TOOLSTACK_WAIT_MS + 1);
    CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
    CHECK_EQUAL(requests() - before, 1);
    clock_advance_us(400000);
    CHECK_EQUAL(look(), TOOLSTACK_SUSPEND);
}

TEST(another_request_collects_the_reply_that_a_look_has_not_had)
{
    start();
    set("suspend");
    client_set_value(10);
    store_config.latency_us = 300000;
    CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
    CHECK_EQUAL(client_read_value(&core->store, 100), 10);
    uint32_t before = requests();
    /* The value has come with the other one: only the acknowledgement is left. */
    CHECK_EQUAL(look(), TOOLSTACK_SUSPEND);
    CHECK_EQUAL(requests() - before, 4);
}

/* fault: xenstored | never answers when the firmware looks for a request of the toolstack | sends
 * no other request, and waits less than a tick */
TEST(looks_at_a_silent_xenstored_send_nothing_more)
{
    start();
    store_config.silent_from = requests();
    uint32_t before = requests();
    for (unsigned i = 0; i < 100; i++)
        CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
    CHECK_EQUAL(requests() - before, 1);
    CHECK(!xenstore_is_closed(&core->store));
}

/* Each look finds out where xenstore is: two parameters. */
TEST(a_closed_client_sends_nothing_until_a_restore_brings_another_xenstore)
{
    start();
    xenstore_ring_close(&core->store.ring, "a test");
    uint32_t hypercalls = hypercall_count(), before = requests();
    CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
    CHECK_EQUAL(hypercall_count() - hypercalls, 2);
    CHECK_EQUAL(requests() - before, 0);
    world_restore();
    set("suspend");
    CHECK_EQUAL(look(), TOOLSTACK_SUSPEND);
}

TEST(a_look_that_is_settled_leaves_nothing_in_flight)
{
    start();
    store_config.latency_us = 300000;
    CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
    CHECK(core->store.posted_count);
    toolstack_settle(core);
    CHECK(!core->store.posted_count);
    store_config.latency_us = 0;
    set("reboot");
    /* The first one has the reply of before. */
    CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
    CHECK_EQUAL(look(), TOOLSTACK_REBOOT);
}

TEST(a_request_that_is_withdrawn_is_not_taken)
{
    start();
    set("suspend");
    store_config.commit_eagain = 1;
    CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
    CHECK(!strcmp(store_read(KEY), "suspend"));
    set("");
    CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
    set("reboot");
    CHECK_EQUAL(look(), TOOLSTACK_REBOOT);
}

TEST(a_key_that_the_guest_may_not_write_is_reported_once)
{
    start();
    set("suspend");
    store_config.refuse_with = "EACCES";
    for (unsigned i = 0; i < 10; i++) {
        store_config.refuse_from = requests() + 3;
        store_config.refuse_times = 1;
        CHECK_EQUAL(look(), TOOLSTACK_NOTHING);
    }
    CHECK_EQUAL(log_count("cannot acknowledge what the toolstack asks for: EACCES"), 1);
    client_check_works(&core->store);
}
