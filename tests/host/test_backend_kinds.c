/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Backends of each kind: which are used, which are left alone, and what the next system finds. */
#include "counts.h"
#include "firmware.h"
#include "life.h"
#include "test.h"
#include "xen/blk/vbd_connection.h"
#include "xen/disk/disk_io.h"

#include <stdio.h>

/** A decision that does not wait for a backend takes less. */
#define AT_ONCE_MS 100

#define FRONTEND_STATE "/local/domain/1/device/vbd/51776/state"

static struct backend *world_of(enum backend_kind kind)
{
    world_reset();
    return world_add_disk_of(XVD(4), kind);
}

/* The same with a disk of 8 MiB in blocks of 4096 bytes, for which the backend writes @sectors. */
static struct backend *world_of_blocks(enum backend_kind kind, const char *sectors)
{
    struct backend *backend = world_of(kind);

    backend->config.sectors = sectors;
    backend->config.sector_size = "4096";
    backend->config.align = 4096;
    backend->config.disk_sectors = 16384;
    world_write_disk(backend);
    return backend;
}

static void start(struct firmware *firmware)
{
    CHECK_EQUAL(firmware_start(firmware), 0);
    CHECK_EQUAL(firmware->disks, 1);
}

/* The disk is ready for an operating system, and the frontend's directory has no key of the
 * firmware. */
static void check_is_ready(const struct backend *backend)
{
    CHECK(!strcmp(store_read(FRONTEND_STATE), "1"));
    CHECK_EQUAL(backend_state(backend), XenbusStateInitWait);
    world_check_clean();
}

static void check_serves_two_lives(struct backend *backend)
{
    for (unsigned lives = 1; lives <= 2; lives++) {
        struct firmware firmware;
        struct life life = life_run(&firmware);

        test_note("life %u of kind %u", lives, backend->config.kind);
        CHECK(life_was_good(&life));
        CHECK_EQUAL(backend->connects, lives);
        CHECK_EQUAL(backend->flushes > 0, backend->config.flush != NULL);
        check_is_ready(backend);
    }
}

/**** Used ****/

TEST(the_blkback_of_linux_is_used_and_ready_again_after_each_close)
{
    check_serves_two_lives(world_of(BACKEND_LINUX));
}

TEST(the_qdisk_of_qemu_is_used_and_ready_again_after_each_close)
{
    check_serves_two_lives(world_of(BACKEND_QDISK_OLD));
    check_serves_two_lives(world_of(BACKEND_QDISK_NEW));
}

TEST(a_tapback_is_used_without_a_flush_and_ready_again_after_each_close)
{
    check_serves_two_lives(world_of(BACKEND_TAPBACK));
}

/**** Left alone ****/

/* Connect, and check that it is refused at once, with nothing written, shared or mapped. */
static void check_left_alone(struct backend *backend, struct vbd *vbd)
{
    unsigned generation = store_tree.generation;
    unsigned maps = xen_calls(__HYPERVISOR_memory_op, XENMEM_add_to_physmap);
    uint8_t sector[SECTOR_BYTES];

    limit_begin();
    CHECK_EQUAL(disk_io_connect(vbd), -XEN_ENOTCONN);
    limit_check(AT_ONCE_MS);
    CHECK_EQUAL(vbd->state, VBD_CLOSED);
    CHECK(log_has("xvde: left alone: its backend "));
    CHECK(log_has(backend->path));
    CHECK_EQUAL(disk_io_read(vbd, 0, 1, sector), -XEN_ENOTCONN);
    disk_io_close(vbd);
    /* Nothing at all has been written to the tree. */
    CHECK_EQUAL(store_tree.generation, generation);
    CHECK_EQUAL(xen_calls(__HYPERVISOR_memory_op, XENMEM_add_to_physmap), maps);
    CHECK_EQUAL(backend->connects, 0);
    world_check_clean();
}

static void check_world_left_alone(struct backend *backend)
{
    struct firmware firmware;

    start(&firmware);
    check_left_alone(backend, firmware.vbd[0]);
    /* The same at the next try. */
    check_left_alone(backend, firmware.vbd[0]);
}

/* fault: backend and toolstack | the backend is of a kind that is not known to be ready again
 * after a close | leaves it alone: writes and shares nothing | also
 * the_backend_of_netbsd_is_left_alone_although_it_is_connected_before_any_frontend */
TEST(the_blkback_of_freebsd_is_left_alone_because_it_would_not_be_ready_again)
{
    check_world_left_alone(world_of(BACKEND_FREEBSD));
}

TEST(the_backend_of_netbsd_is_left_alone_although_it_is_connected_before_any_frontend)
{
    check_world_left_alone(world_of(BACKEND_NETBSD));
}

TEST(a_backend_whose_path_is_of_no_known_kind_is_left_alone_whatever_keys_it_has)
{
    struct backend *backend = world_of(BACKEND_LINUX);

    tree_remove(&store_tree, backend->path);
    snprintf(backend->path, sizeof(backend->path), "/local/domain/0/backend/other/1/51776");
    world_write_disk(backend);
    check_world_left_alone(backend);
}

TEST(a_backend_without_the_key_of_linux_is_left_alone_in_every_state_but_initialising)
{
    for (int state = XenbusStateInitWait; state <= XenbusStateReconfigured; state++) {
        struct backend *backend = world_of(BACKEND_FREEBSD);

        test_note("state %d", state);
        backend_set_state(backend, state);
        check_world_left_alone(backend);
    }
}

TEST(a_backend_of_an_unknown_kind_is_waited_for_while_it_is_initialising)
{
    struct firmware firmware;
    struct backend *backend = world_of(BACKEND_FREEBSD);

    start(&firmware);
    backend_set_state(backend, XenbusStateInitialising);
    vbd_connect_begin(firmware.vbd[0], firmware_options.connect_limit_ms);
    while (clock_now_us() < 1000000)
        CHECK(vbd_step(firmware.vbd[0]));
    CHECK(!log_has("left alone"));
    backend_set_state(backend, XenbusStateInitWait);
    limit_begin();
    while (vbd_step(firmware.vbd[0]))
        ;
    limit_check(AT_ONCE_MS);
    check_left_alone(backend, firmware.vbd[0]);
}

TEST(a_disk_that_a_migration_brings_to_an_unknown_backend_is_left_alone_there)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);
    uint8_t sector[SECTOR_BYTES];

    backend->config.kind = BACKEND_FREEBSD;
    world_restore();
    unsigned generation = store_tree.generation;
    CHECK_EQUAL(disk_io_read(firmware.vbd[0], 0, 1, sector), -XEN_ENOTCONN);
    CHECK(log_has("xvde: left alone: its backend /local/domain/0/backend/vbd/2/51776 "));
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
    CHECK_EQUAL(store_tree.generation, generation);
    world_check_clean();
}

/**** Asking ****/

TEST(the_kind_of_a_backend_is_read_only_once)
{
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);
    struct xenstore *store = &firmware.core->store;

    backend->config.latency_us = 0;
    for (unsigned i = 0; i < 3; i++) {
        uint32_t requests = store->requests, round_trips = store->round_trips;
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        CHECK_EQUAL(store->requests - requests,
                    COUNT_CONNECT_REQUESTS - (i ? COUNT_PROBE_REQUESTS : 0));
        CHECK_EQUAL(store->round_trips - round_trips, COUNT_CONNECT_ROUND_TRIPS);
        disk_io_close(firmware.vbd[0]);
    }
    world_check_clean();
}

TEST(a_backend_whose_keys_cannot_be_read_at_first_is_asked_again)
{
    static const char *const names[] = {"EACCES", "EIO", "ENOMEM", "EBUSY", "EINVAL", ""};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (unsigned at = 0; at < 1 + COUNT_PROBE_REQUESTS; at++) {
            struct firmware firmware;

            firmware_with_disk(&firmware);
            store_config.refuse_from = store_requests() + at;
            store_config.refuse_times = 1;
            store_config.refuse_with = names[i];
            test_note("request %u: %s", at, names[i]);
            CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
            CHECK_EQUAL(firmware.vbd[0]->probe.kind, VBD_KIND_LINUX);
            firmware_check_end(&firmware);
        }
    }
}

TEST(a_key_counts_whatever_its_value_is)
{
    static const char *const values[] = {"", "0", "x", "99999999999999999999999999999999999"};

    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct firmware firmware;
        struct backend *backend = world_of(BACKEND_LINUX);

        test_note("\"%s\"", values[i]);
        backend_write_key(backend, "multi-queue-max-queues", values[i]);
        start(&firmware);
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        firmware_check_end(&firmware);
    }
}

static bool is_raw(enum backend_kind kind, const char *type, const char *params)
{
    struct firmware firmware;
    struct backend *backend = world_of(kind);

    test_note("kind %u \"%s\" \"%.20s\"", kind, type, params);
    backend_write_key(backend, "type", type);
    backend_write_key(backend, "params", params);
    start(&firmware);
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    bool raw = firmware.vbd[0]->probe.raw;
    firmware_check_end(&firmware);
    return raw;
}

TEST(whether_an_image_is_raw_is_known_before_the_first_connection)
{
    char path[2 * VBD_PARAMS_BYTES];

    CHECK(is_raw(BACKEND_LINUX, "phy", "/dev/vg/disk"));
    CHECK(is_raw(BACKEND_QDISK_NEW, "qdisk", "aio:/disk.img"));
    CHECK(!is_raw(BACKEND_QDISK_NEW, "qdisk", "qcow2:/disk.img"));
    CHECK(!is_raw(BACKEND_QDISK_NEW, "qdisk/or/longer", "aio:/disk.img"));
    CHECK(!is_raw(BACKEND_TAPBACK, "phy", "/dev/sm/backend/disk"));
    /* A path that does not fit is unknown. */
    snprintf(path, sizeof(path), "aio:/%0*u", (int)sizeof(path) - 10, 0);
    CHECK(!is_raw(BACKEND_QDISK_NEW, "qdisk", path));
    path[VBD_PARAMS_BYTES - 1] = 0;
    CHECK(is_raw(BACKEND_QDISK_NEW, "qdisk", path));
}

/**** Units ****/

TEST(a_disk_in_blocks_of_4096_is_used_where_its_backend_counts_512)
{
    check_serves_two_lives(world_of_blocks(BACKEND_LINUX, "16384"));
    check_serves_two_lives(world_of_blocks(BACKEND_QDISK_NEW, "16384"));
}

TEST(a_disk_in_blocks_of_4096_that_an_old_qdisk_does_not_connect_is_left_as_it_was)
{
    struct firmware firmware;
    struct backend *backend = world_of_blocks(BACKEND_QDISK_OLD, "2048");

    start(&firmware);
    limit_begin();
    CHECK(disk_io_connect(firmware.vbd[0]) < 0);
    limit_check(limit_connect_ms());
    CHECK_EQUAL(backend->requests, 0);
    check_is_ready(backend);
}

/* fault: backend and toolstack | `sector-size` is above 512, and the backend may count in such
 * units | closes the disk before the first request */
TEST(a_disk_in_blocks_of_4096_is_refused_where_its_backend_may_count_in_them)
{
    static const char *const sectors[] = {"2048", "2049", "16384"};

    for (unsigned i = 0; i < sizeof(sectors) / sizeof(sectors[0]); i++) {
        struct firmware firmware;
        struct backend *backend = world_of_blocks(BACKEND_TAPBACK, sectors[i]);
        uint8_t sector[SECTOR_BYTES] = {0};

        test_note("%s sectors", sectors[i]);
        start(&firmware);
        limit_begin();
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), -XEN_ENOTCONN);
        limit_check(AT_ONCE_MS);
        CHECK(log_has("xvde: left alone: its backend, tapback, may count in units of its "
                      "sector-size, 4096"));
        CHECK_EQUAL(firmware_write(firmware.vbd[0], 8, 1, sector), -XEN_ENOTCONN);
        CHECK_EQUAL(backend->requests, 0);
        check_is_ready(backend);
    }
}

TEST(a_disk_in_blocks_of_4096_at_freebsd_is_left_alone_with_nothing_written)
{
    check_world_left_alone(world_of_blocks(BACKEND_FREEBSD, "2048"));
}

/**** Events ****/

/* Tapback may miss a change of its frontend's state. */
static void check_recovers_from_missing(enum xenbus_state state, enum vbd_state ends_in)
{
    struct firmware firmware;
    struct backend *backend = world_of(BACKEND_TAPBACK);

    test_note("state %d", state);
    backend->config.misses = 1u << state;
    life_run(&firmware);
    CHECK_EQUAL(firmware.vbd[0]->state, ends_in);
    /* A lost disk is left Closed: that is another event, at which the backend releases it. */
    world_pass_ms(100);
    disk_io_close(firmware.vbd[0]);
    check_is_ready(backend);
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    firmware_check_end(&firmware);
}

/* fault: backend and toolstack | a backend misses a change of the frontend's state | closes the
 * disk after the limit, or it is lost; the disk can be used again once the backend notices the
 * next change */
TEST(a_backend_that_misses_a_connection_or_a_close_is_ready_again_later)
{
    check_recovers_from_missing(XenbusStateInitialised, VBD_CLOSED);
    check_recovers_from_missing(XenbusStateConnected, VBD_CLOSED);
    check_recovers_from_missing(XenbusStateClosing, VBD_LOST);
    check_recovers_from_missing(XenbusStateClosed, VBD_LOST);
}

/* fault: backend and toolstack | a backend misses the frontend's state Initialising after a close |
 * writes the state again after a second */
TEST(a_backend_that_misses_the_state_initialising_gets_it_written_again)
{
    struct firmware firmware;
    struct backend *backend = world_of(BACKEND_TAPBACK);

    backend->config.misses = 1u << XenbusStateInitialising;
    struct life life = life_run(&firmware);
    CHECK(life_was_good(&life));
    CHECK_EQUAL(backend->config.misses, 0);
    check_is_ready(backend);
}
