/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Backends and toolstacks that write nonsense, and directories that vanish. */
#include "firmware.h"
#include "life.h"
#include "test.h"
#include "xen/disk/disk_io.h"

#include <stdio.h>

/**** States ****/

/* What reads of the backend's state return, one after the other, then the last one for ever. */
#define SCRIPT_MAX 4

static struct {
    const char *states[SCRIPT_MAX];
    unsigned count, next;
} script;

static const char *const states[] = {"1", "2", "3", "4", "5", "6", "8", "x", NULL};

#define STATES (sizeof(states) / sizeof(states[0]))

static void scripted_state(void *context, const struct store_request *request,
                           struct store_reply *reply)
{
    const char *path = ((struct backend *)context)->path;

    if (request->header.type != XS_READ || strncmp(request->payload, path, strlen(path)) ||
        strcmp(request->payload + strlen(path), "/state"))
        return;
    const char *state = script.states[script.next];
    if (script.next + 1 < script.count)
        script.next++;
    if (!state) {
        store_make_error(reply, "ENOENT");
        return;
    }
    reply->header.type = XS_READ;
    reply->length = reply->header.len = (uint32_t)strlen(state);
    memcpy(reply->payload, state, reply->length);
}

static void use_script(struct backend *backend)
{
    script.next = 0;
    store_config.hook = scripted_state;
    store_config.context = backend;
}

static void note_script(void)
{
    const char *const *names = script.states;

    test_note("%s %s %s", names[0] ? names[0] : "none", names[1] ? names[1] : "none",
              names[2] ? names[2] : "none");
}

/* fault: backend and toolstack | a backend goes through any three states, among them missing and
 * invalid ones | closes the disk; it is lost if the backend keeps pages | also
 * every_sequence_of_three_states_while_closing_ends_in_a_closed_or_lost_disk */
TEST(every_sequence_of_three_states_while_connecting_ends_in_a_closed_disk)
{
    firmware_use_short_limits();
    script.count = 3;
    for (unsigned i = 0; i < STATES * STATES * STATES; i++) {
        struct firmware firmware;
        struct backend *backend = firmware_with_disk(&firmware);

        /* Its state is that of the script, and it does nothing itself. */
        backend->config.ignores = ~0u;
        script.states[0] = states[i % STATES];
        script.states[1] = states[i / STATES % STATES];
        script.states[2] = states[i / STATES / STATES];
        note_script();
        use_script(backend);
        limit_begin();
        disk_io_connect(firmware.vbd[0]);
        limit_check(limit_connect_ms());
        if (firmware.vbd[0]->state == VBD_CONNECTED)
            disk_io_close(firmware.vbd[0]);
        CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
        world_check_clean();
    }
}

TEST(every_sequence_of_three_states_while_closing_ends_in_a_closed_or_lost_disk)
{
    firmware_use_short_limits();
    script.count = 3;
    for (unsigned i = 0; i < STATES * STATES * STATES; i++) {
        struct firmware firmware;
        struct backend *backend = firmware_connected(&firmware);

        script.states[0] = states[i % STATES];
        script.states[1] = states[i / STATES % STATES];
        script.states[2] = states[i / STATES / STATES];
        note_script();
        use_script(backend);
        limit_begin();
        disk_io_close(firmware.vbd[0]);
        limit_check(limit_close_ms());
        store_config.hook = NULL;
        firmware_check_end(&firmware);
    }
}

/* fault: backend and toolstack | the state of a backend jumps back while the firmware waits for it
 * | waits on until the limit */
TEST(a_backend_that_jumps_back_to_an_earlier_state_is_waited_for_until_the_limit)
{
    static const char *const jump[] = {"2", "1", "2", "4"};
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);

    memcpy(script.states, jump, sizeof(jump));
    script.count = 4;
    use_script(backend);
    /* The reported state is not the real one: it has connected long before. */
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    store_config.hook = NULL;
    firmware_check_end(&firmware);
}

/**** Keys ****/

/* Run a life in which one key of the backend has @value; the backend writes it just before
 * Connected. */
static struct life life_with(struct firmware *firmware, unsigned which, const char *value)
{
    world_reset();
    struct backend *backend = world_add_disk(XVD(4));
    const char **keys[] = {&backend->config.sectors, &backend->config.sector_size,
                           &backend->config.info, &backend->config.flush};
    *keys[which] = value;
    backend->config.align = 4096;
    if (which != 1 || !value || strcmp(value, "4096"))
        backend->config.align = 512;
    struct life life = life_run(firmware);
    firmware_check_end(firmware);
    return life;
}

/* fault: backend and toolstack | keys are missing, empty, negative, too large or not numbers;
 * `sector-size` is 0, 511 or 2^31; `sectors` is 0 | does not use the disk */
TEST(keys_that_are_nonsense_keep_a_disk_closed)
{
    static const struct {
        unsigned key;
        const char *value;
    } cases[] = {
        {0, NULL},
        {0, ""},
        {0, "x"},
        {0, "0"},
        {0, "-4096"},
        {0, " 4096"},
        {0, "4096 "},
        {0, "4096.0"},
        {0, "18446744073709551616"},
        {0, "0x1000"},
        {0, "99999999999999999999999999999999999999"},
        {1, ""},
        {1, "0"},
        {1, "511"},
        {1, "513"},
        {1, "768"},
        {1, "8192"},
        {1, "256"},
        {1, "2147483648"},
        {1, "4294967296"},
        {1, "4294967808"},
        {1, "-512"},
        {1, "x"},
        {2, ""},
        {2, "x"},
        {2, "-1"},
        {2, "4294967296"},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct firmware firmware;

        test_note("key %u \"%s\"", cases[i].key, cases[i].value ? cases[i].value : "none");
        struct life life = life_with(&firmware, cases[i].key, cases[i].value);
        CHECK(life.connect < 0);
        CHECK(log_has("reading its properties"));
    }
}

/* fault: backend and toolstack | optional keys are missing or invalid | uses the disk without them
 * | also a_flush_is_not_sent_to_a_backend_without_it */
TEST(optional_keys_may_be_missing_or_invalid)
{
    static const struct {
        unsigned key;
        const char *value;
    } cases[] = {
        {1, NULL}, {1, "0512"}, {1, "4096"}, {2, NULL}, {2, "0"},  {2, "1"}, {2, "2"},
        {3, NULL}, {3, ""},     {3, "x"},    {3, "-1"}, {3, "77"}, {3, "0"},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct firmware firmware;

        test_note("key %u \"%s\"", cases[i].key, cases[i].value ? cases[i].value : "none");
        struct life life = life_with(&firmware, cases[i].key, cases[i].value);
        CHECK(life_was_good(&life));
    }
}

/* fault: backend and toolstack | `sectors` is not a multiple of `sector-size` | does not use the
 * disk */
TEST(a_disk_that_is_no_multiple_of_its_sector_size_stays_closed)
{
    for (unsigned more = 1; more < 8; more++) {
        struct firmware firmware;
        struct backend *backend;
        char sectors[12];

        world_reset();
        backend = world_add_disk(XVD(4));
        snprintf(sectors, sizeof(sectors), "%u", 4088 + more);
        backend->config.sectors = sectors;
        backend->config.sector_size = "4096";
        CHECK(life_run(&firmware).connect < 0);
        firmware_check_end(&firmware);
    }
}

/* fault: backend and toolstack | keys appear after Connected | does not wait for them; a later
 * connection reads them */
TEST(keys_that_appear_after_connected_are_not_waited_for)
{
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);

    backend->config.sectors = NULL;
    CHECK(disk_io_connect(firmware.vbd[0]) < 0);
    backend->config.sectors = "4096";
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    firmware_check_end(&firmware);
}

/**** Directories ****/

enum vanishing { BACKEND_VANISHES, FRONTEND_VANISHES, BOTH_VANISH };

static struct {
    struct backend *backend;
    enum vanishing which;
    unsigned at;
} vanishing;

static void vanish(void *context, const struct store_request *request, struct store_reply *reply)
{
    (void)context;
    (void)reply;
    if (request->number != vanishing.at)
        return;
    if (vanishing.which != FRONTEND_VANISHES)
        backend_vanish(vanishing.backend);
    if (vanishing.which != BACKEND_VANISHES)
        tree_remove(&store_tree, vanishing.backend->frontend);
}

/* fault: backend and toolstack | the directory of the backend, of the frontend, or both vanish at
 * any request | closes the disk */
TEST(directories_that_vanish_at_any_step_end_in_a_closed_disk)
{
    for (vanishing.which = 0; vanishing.which <= BOTH_VANISH; vanishing.which++) {
        for (vanishing.at = 0; vanishing.at < LIFE_REQUESTS_MAX; vanishing.at++) {
            struct firmware firmware;

            world_reset();
            vanishing.backend = world_add_disk(XVD(4));
            store_config.hook = vanish;
            test_note("directory %u at request %u", vanishing.which, vanishing.at);
            life_run(&firmware);
            firmware_check_end(&firmware);
        }
    }
}

/* fault: backend and toolstack | a backend vanishes with its directory while it is connected |
 * fails the next transfer with `-XEN_ENOTCONN` within two seconds, and closes the disk */
TEST(a_backend_that_vanishes_while_connected_is_noticed_in_two_seconds)
{
    struct firmware firmware;
    uint8_t sector[SECTOR_BYTES];

    backend_vanish(firmware_connected(&firmware));
    limit_begin();
    CHECK_EQUAL(disk_io_read(firmware.vbd[0], 0, 1, sector), -XEN_ENOTCONN);
    limit_check(2000 + limit_close_ms());
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
    firmware_check_end(&firmware);
}

/**** xenstored in the middle of it ****/

static void refuse(unsigned from, unsigned times, const char *name)
{
    store_config.refuse_from = from;
    store_config.refuse_times = times;
    store_config.refuse_with = name;
    test_note("request %u: %s", from, name);
}

/* fault: xenstored | any one request in a disk's life is refused, with each error | leaves nothing
 * behind; a close tries three times */
TEST(one_request_refused_anywhere_leaves_nothing_behind)
{
    static const char *const names[] = {"EINVAL", "EACCES", "EEXIST",    "EISDIR", "ENOMEM",
                                        "ENOSPC", "EIO",    "ENOTEMPTY", "ENOSYS", "EROFS",
                                        "EBUSY",  "EAGAIN", "EISCONN",   "E2BIG",  "EPERM",
                                        "EQUOTA", ""};

    firmware_use_short_limits();
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (unsigned at = 0; at < LIFE_REQUESTS_MAX; at++) {
            struct firmware firmware;

            world_reset();
            world_add_disk(XVD(4));
            refuse(at, 1, names[i]);
            life_run(&firmware);
            firmware_check_end(&firmware);
            if (firmware.disks)
                CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
        }
    }
}

TEST(an_existing_node_reported_as_missing_ends_in_a_closed_disk)
{
    firmware_use_short_limits();
    for (unsigned at = 0; at < LIFE_REQUESTS_MAX; at++) {
        struct firmware firmware;

        world_reset();
        world_add_disk(XVD(4));
        refuse(at, 1, "ENOENT");
        life_run(&firmware);
        /* The firmware believes that a key which it cannot remove does not exist. */
        firmware_check_end_without_store(&firmware);
        world_check_ring_idle();
    }
}

/* fault: xenstored | everything is refused from some request on, or xenstored is silent from some
 * request or byte on | closes the disk in time; the disk is lost if its backend could not see the
 * close | also silence_of_xenstored_from_any_request_on_ends_in_time,
 * silence_of_xenstored_after_any_byte_ends_in_time */
TEST(everything_refused_from_any_request_on_ends_in_time)
{
    firmware_use_short_limits();
    for (unsigned at = 0; at < LIFE_REQUESTS_MAX; at++) {
        struct firmware firmware;

        world_reset();
        world_add_disk(XVD(4));
        refuse(at, UINT32_MAX, "EACCES");
        life_run(&firmware);
        firmware_check_end_without_store(&firmware);
        world_check_ring_idle();
    }
}

TEST(silence_of_xenstored_from_any_request_on_ends_in_time)
{
    for (unsigned at = 0; at < LIFE_REQUESTS_MAX; at++) {
        struct firmware firmware;

        world_reset();
        world_add_disk(XVD(4));
        store_config.silent_from = at;
        test_note("from request %u on", at);
        life_run(&firmware);
        firmware_check_end_without_store(&firmware);
    }
}

TEST(silence_of_xenstored_after_any_byte_ends_in_time)
{
    firmware_use_short_limits();
    for (uint32_t byte = 1; byte < 1200; byte++) {
        struct firmware firmware;

        world_reset();
        world_add_disk(XVD(4));
        store_config.stop_after = byte;
        test_note("after byte %u", byte);
        life_run(&firmware);
        firmware_check_end_without_store(&firmware);
    }
}

TEST(closing_without_xenstore_ends_in_time_and_ends_all_grants_that_are_not_held)
{
    struct firmware firmware;

    firmware_connected(&firmware);
    xenstore_ring_close(&firmware.core->store.ring, "closed by the test");
    limit_begin();
    disk_io_close(firmware.vbd[0]);
    limit_check(IO_LIMIT_MS);
    firmware_check_end_without_store(&firmware);
}

/* fault: xenstored | the quota does not allow the keys of a connection | does not connect, and
 * leaves no key */
TEST(a_full_quota_while_publishing_leaves_nothing)
{
    for (unsigned room = 0; room <= 5; room++) {
        struct firmware firmware;

        firmware_with_disk(&firmware);
        store_config.quota_nodes = tree_count_of_guest(&store_tree) + room;
        test_note("room for %u nodes", room);
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]) == 0, room == 5);
        firmware_check_end(&firmware);
    }
}
