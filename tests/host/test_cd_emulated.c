/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A CD-ROM drive that is also emulated: POST does not connect it, and a call does not wait long. */
#include "counts.h"
#include "firmware.h"
#include "sample.h"
#include "test.h"

#include <stdio.h>

#define AT      40u
#define LOOK_MS 1000u

static struct disks disks;
static struct backend *backend;
static struct disk *drive;

static const struct disks_options options = {
    .mode = MODE_STRICT, .pool_pages = POOL_PAGES, .cache_bytes = 8 * CACHE_LINE_BYTES};

static enum disk_role role_of(struct disk *disk)
{
    return disk_is_cd(disk) ? DISK_EMULATED : DISK_ALONE;
}

static uint32_t number_of(unsigned index)
{
    return index < 16 ? XVD(index) : 1u << 28 | index << 8;
}

static struct backend *add_cd(uint32_t number)
{
    struct backend *cd = world_add_disk_of(number, BACKEND_QDISK_OLD);
    char path[128];

    snprintf(path, sizeof(path), "%s/device-type", cd->frontend);
    store_write(path, "cdrom");
    cd->config.info = "5";
    cd->config.latency_us = 0;
    return cd;
}

static void start(enum handover_mode mode)
{
    static char names[XENSTORE_PAYLOAD_MAX];
    struct disks_options with_mode = options;

    with_mode.mode = mode;
    memset(&disks, 0, sizeof(disks));
    CHECK_EQUAL(disks_start(&disks, firmware_core(), &with_mode, role_of, names), 0);
    disks_ready(&disks);
    disks_log_ready(&disks);
}

static void start_with_cd(enum handover_mode mode)
{
    world_reset();
    backend = add_cd(XVD(2));
    start(mode);
    CHECK_EQUAL(disks.count, 1);
    drive = disks_at(&disks, 0);
}

static int read_at(uint64_t sector)
{
    return sample_read(drive, sector);
}

TEST(post_does_not_connect_an_emulated_cd_rom_and_its_first_call_does)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};

    for (unsigned i = 0; i < 2; i++) {
        world_reset();
        backend = add_cd(XVD(2));
        unsigned written = store_written(backend->frontend, "state");
        start(modes[i]);
        drive = disks_at(&disks, 0);
        CHECK(disks_usable(drive) && !disk_is_registered(drive) && !disk_was_connected(drive));
        CHECK_EQUAL(backend->connects, 0);
        CHECK_EQUAL(store_written(backend->frontend, "state"), written);
        CHECK_EQUAL(read_at(AT), 0);
        CHECK(sample_is(AT));
        CHECK_EQUAL(backend->connects, 1);
        CHECK_EQUAL(disks_are_open(&disks), modes[i] == MODE_LINGER);
        disks_close_all(&disks);
        world_check_clean();
    }
}

TEST(an_emulated_cd_rom_takes_one_round_trip_more_in_post_and_two_more_in_its_first_call)
{
    struct firmware firmware;

    world_reset();
    add_cd(XVD(2));
    CHECK_EQUAL(firmware_start(&firmware), 0);
    uint32_t found = firmware.core->store.requests, trips = firmware.core->store.round_trips;

    start_with_cd(MODE_LINGER);
    struct xenstore *store = &disks.core->store;
    CHECK_EQUAL(store->requests, found + COUNT_MEDIUM_REQUESTS + COUNT_OPTION_REQUESTS);
    CHECK_EQUAL(store->round_trips, trips + COUNT_MEDIUM_ROUND_TRIPS + COUNT_OPTION_ROUND_TRIPS);
    found = store->requests, trips = store->round_trips;
    CHECK_EQUAL(read_at(AT), 0);
    CHECK_EQUAL(store->requests, found + COUNT_READY_REQUESTS + COUNT_CONNECT_REQUESTS);
    CHECK_EQUAL(store->round_trips, trips + COUNT_READY_ROUND_TRIPS + COUNT_CONNECT_ROUND_TRIPS);
    disks_close_all(&disks);
    found = store->requests;
    CHECK_EQUAL(read_at(AT), 0);
    CHECK_EQUAL(store->requests, found + COUNT_CONNECT_REQUESTS - COUNT_PROBE_REQUESTS);
}

/* fault: backend and toolstack | the backend of an emulated CD-ROM drive is not ready, or does not
 * connect | POST does not wait for it, nor does a call if it is not ready; one call waits for one
 * that does not connect; then the emulated drive serves the guest */
TEST(a_call_to_an_emulated_cd_rom_does_not_wait_for_a_backend_that_is_not_ready)
{
    start_with_cd(MODE_STRICT);
    backend_set_state(backend, XenbusStateInitialising);
    backend->gone = true;
    unsigned written = store_written(backend->frontend, "state");
    limit_begin();
    CHECK_EQUAL(read_at(AT), -XEN_ENOTCONN);
    CHECK_EQUAL(read_at(AT), -XEN_ENOTCONN);
    limit_check(10);
    CHECK_EQUAL(store_written(backend->frontend, "state"), written);
}

TEST(one_call_to_an_emulated_cd_rom_waits_for_a_backend_that_does_not_connect)
{
    start_with_cd(MODE_STRICT);
    backend->config.ignores = 1u << XenbusStateInitialised | 1u << XenbusStateConnected;
    limit_begin();
    CHECK_EQUAL(read_at(AT), -XEN_ENOTCONN);
    limit_check(limit_connect_ms());
    limit_begin();
    CHECK_EQUAL(read_at(AT), -XEN_ENOTCONN);
    limit_check(10);
    world_check_grants_clean();
}

TEST(a_backend_without_an_answer_delays_no_boot_from_a_disk)
{
    world_reset();
    backend = add_cd(XVD(2));
    backend_set_state(backend, XenbusStateInitialising);
    backend->gone = true;
    world_add_disk(XVD(4));
    limit_begin();
    start(MODE_STRICT);
    limit_check(200);
    CHECK(log_has("1 of 1 PV disks ready"));
}

TEST(an_emulated_cd_rom_whose_medium_changes_is_read_no_more)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};

    for (unsigned i = 0; i < 2; i++) {
        start_with_cd(modes[i]);
        CHECK_EQUAL(read_at(AT), 0);
        /* As xl cd-insert leaves the keys; the backend goes on with its image. */
        backend_write_key(backend, "params", i ? "" : "aio:/other.iso");
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(read_at(AT), i ? -XEN_ENXIO : -XEN_EAGAIN);
        CHECK_EQUAL(firmware_give_up(drive), 0);
        CHECK_EQUAL(read_at(AT), i ? -XEN_ENXIO : -XEN_ENOTCONN);
        disks_close_all(&disks);
        world_check_clean();
    }
}

/* fault: backend and toolstack | there are more than 16 disks, and one of them is an emulated
 * CD-ROM drive | leaves that to the emulated drive, and uses the others */
TEST(an_emulated_cd_rom_takes_the_place_of_no_disk)
{
    world_reset();
    backend = add_cd(XVD(1));
    for (unsigned i = 0; i < DISKS_MAX; i++)
        world_add_disk(number_of(i < 1 ? 0 : i + 3));
    start(MODE_STRICT);
    CHECK_EQUAL(disks.count, DISKS_MAX);
    CHECK(log_has("xvdb: left to the emulated drive: more than 16 disks"));
    CHECK(log_has("16 of 16 PV disks ready"));
    CHECK_EQUAL(backend->connects, 0);
    for (unsigned i = 0; i < DISKS_MAX; i++) {
        CHECK(!disk_is_cd(disks.disk[i]) && disks.vbd[i] == &disks.disk[i]->vbd);
        CHECK(!i || vdev_before(&disks.vbd[i - 1]->vdev, &disks.vbd[i]->vdev));
    }
}

TEST(of_more_than_16_disks_without_an_emulated_cd_rom_the_last_ones_are_skipped)
{
    world_reset();
    for (unsigned i = 0; i < DISKS_MAX; i++)
        world_add_disk(XVD(i));
    backend = add_cd(number_of(40));
    start(MODE_STRICT);
    CHECK_EQUAL(disks.count, DISKS_MAX);
    CHECK(log_has(" and 0 more: skipped: more than 16 disks"));
}

TEST(an_emulated_cd_rom_without_memory_is_left_alone)
{
    static char names[XENSTORE_PAYLOAD_MAX];
    unsigned left = 0, used = 0;

    for (uint32_t pages = 2; pages < 8; pages++) {
        world_reset();
        backend = add_cd(XVD(2));
        struct core *core = firmware_core();
        memset(&disks, 0, sizeof(disks));
        memory_leave(pages);
        CHECK_EQUAL(disks_start(&disks, core, &options, role_of, names), 0);
        disks_ready(&disks);
        test_note("%u pages", pages);
        if (!disks.count)
            continue;
        drive = disks_at(&disks, 0);
        left += disk_role(drive) == DISK_LEFT;
        used += disk_role(drive) == DISK_EMULATED;
        CHECK_EQUAL(disks_usable(drive), disk_role(drive) == DISK_EMULATED);
        CHECK_EQUAL(read_at(AT), disks_usable(drive) ? 0 : -XEN_ENOTCONN);
    }
    CHECK(left && used);
}

/* A daemon that attends to the guest must learn of the system that starts, although nothing is
 * connected yet. */
TEST(a_guest_with_only_an_emulated_cd_rom_notifies_the_daemon)
{
    world_reset();
    backend = add_cd(XVD(2));
    store_write("/local/domain/1/platform/xenpv-hook", "2");
    start(MODE_HOOK);
    drive = disks_at(&disks, 0);
    CHECK_EQUAL(disks.core->mode, MODE_HOOK);
    CHECK(disks_want_acpi(&disks));
    CHECK_EQUAL(firmware_give_up(drive), 0);
    CHECK(!disks_want_acpi(&disks));
}
