/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The medium of a CD-ROM drive: none, another one. */
#include "counts.h"
#include "firmware.h"
#include "model/clock.h"
#include "sample.h"
#include "test.h"
#include "xen/base/handover.h"
#include "xen/disk/boot_report.h"

#include <stdio.h>

#define HOME     "/local/domain/1/"
#define FRONTEND HOME "device/vbd/51776"

/* A second image is this part of the model's disk. */
#define SECOND_SECTOR  1024u
#define SECOND_SECTORS 2048u

#define AT      40u
#define FAR_AT  1600u /* not read ahead after that */
#define LOOK_MS 1000u

static struct disks disks;
static struct backend *backend;
static struct disk *drive;

static const struct disks_options options = {.mode = MODE_STRICT,
                                             .hook_limit_ms = 500,
                                             .pool_pages = POOL_PAGES,
                                             .cache_bytes = 8 * CACHE_LINE_BYTES};

static void make(enum backend_kind kind)
{
    world_reset();
    memset(&disks, 0, sizeof(disks));
    backend = world_add_disk_of(XVD(4), kind);
    backend->config.info = "5";
    store_write(FRONTEND "/device-type", "cdrom");
}

static void start_with_cache(enum handover_mode mode, uint32_t cache_bytes)
{
    struct disks_options with_mode = options;

    with_mode.mode = mode;
    with_mode.cache_bytes = cache_bytes;
    CHECK_EQUAL(firmware_start_disks(&disks, &with_mode), 0);
    CHECK_EQUAL(disks.count, 1);
    drive = disks_at(&disks, 0);
}

static void start(enum handover_mode mode)
{
    start_with_cache(mode, options.cache_bytes);
}

/* As libxl leaves a drive with "format=empty": QEMU makes no backend, so it does not go on. */
static void make_empty(void)
{
    make(BACKEND_QDISK_OLD);
    backend_write_key(backend, "params", "aio:");
    backend_set_state(backend, XenbusStateInitialising);
    backend->gone = true;
}

static void insert(const char *params)
{
    world_attach(backend, params);
    store_write(FRONTEND "/device-type", "cdrom");
}

/* After a connection that the toolstack has removed, its port stays: its number may be in use by
 * another owner. */
static void check_clean(bool was_removed_open)
{
    disks_close_all(&disks);
    world_check_store_clean();
    world_check_grants_clean();
    world_check_ring_idle();
    if (!was_removed_open)
        world_check_ports_clean();
}

static int read_at(uint64_t sector)
{
    return sample_read(drive, sector);
}

/* The second image has another size. */
static void insert_second(void)
{
    backend->config.first_sector = SECOND_SECTOR;
    backend->config.disk_sectors = SECOND_SECTORS;
    backend->config.sectors = "2048";
    insert("aio:/second.iso");
}

/* The toolstack removes the drive after a call. */
static void start_and_detach(enum handover_mode mode)
{
    make(BACKEND_QDISK_OLD);
    start(mode);
    CHECK_EQUAL(read_at(AT), 0);
    world_detach(backend);
}

TEST(a_cd_rom_drive_is_read_and_never_written)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};

    for (unsigned i = 0; i < 2; i++) {
        make(BACKEND_QDISK_OLD);
        start(modes[i]);
        CHECK(disk_is_cd(drive) && disk_is_registered(drive) && disks_usable(drive));
        CHECK_EQUAL(read_at(AT), 0);
        CHECK(sample_is(AT));
        unsigned requests = backend->requests;
        CHECK_EQUAL(disks_write(drive, AT, SAMPLE_SECTORS, sample), -XEN_EROFS);
        CHECK_EQUAL(backend->requests, requests);
        CHECK_EQUAL(disks_check_medium(drive), 0);
        disks_close_all(&disks);
        world_check_clean();
    }
}

/* fault: backend and toolstack | a CD-ROM drive has no medium, so its backend never connects | POST
 * does not wait for it; its drive reports that there is none | lab cd-boot */
TEST(an_empty_cd_rom_drive_costs_no_wait)
{
    static const char *const empty[] = {"aio:", ""};

    for (unsigned i = 0; i < 2; i++) {
        make_empty();
        backend_write_key(backend, "params", empty[i]);
        limit_begin();
        start(MODE_STRICT);
        limit_check(10);
        CHECK(!disks_usable(drive) && disk_is_registered(drive));
        CHECK(log_has("xvde: no medium in the drive"));
        limit_begin();
        CHECK_EQUAL(read_at(AT), -XEN_ENXIO);
        CHECK_EQUAL(disks_check(drive, 0, 0), -XEN_ENXIO);
        CHECK_EQUAL(disks_check_medium(drive), -XEN_ENXIO);
        CHECK_EQUAL(disks_reset(drive), 0);
        limit_check(10);
        CHECK_EQUAL(backend->connects, 0);
        disks_close_all(&disks);
        CHECK_EQUAL(backend->connects, 0);
    }
}

TEST(a_medium_that_is_inserted_is_reported_once_and_read)
{
    make_empty();
    start(MODE_STRICT);
    insert(NULL);
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(disks_check_medium(drive), -XEN_EAGAIN);
    CHECK_EQUAL(disks_check_medium(drive), 0);
    CHECK_EQUAL(disks_check(drive, WORLD_DISK_SECTORS - 1, 1), 0);
    CHECK_EQUAL(disks_check(drive, WORLD_DISK_SECTORS, 1), -XEN_EINVAL);
    CHECK_EQUAL(read_at(AT), 0);
    CHECK(sample_is(AT));
    disks_close_all(&disks);
    world_check_clean();
}

/* fault: backend and toolstack | another medium is in a CD-ROM drive | drops what it has cached of
 * the old one, fails one call with "medium changed", and reads the new one | also
 * a_medium_that_is_inserted_is_reported_once_and_read | lab cd-change */
TEST(after_a_change_nothing_of_the_old_medium_is_read)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};

    for (unsigned i = 0; i < 2; i++) {
        start_and_detach(modes[i]);
        insert_second();
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(read_at(AT), -XEN_EAGAIN);
        CHECK_EQUAL(read_at(AT), 0);
        CHECK(sample_is(SECOND_SECTOR + AT));
        CHECK_EQUAL(disks_check(drive, SECOND_SECTORS, 1), -XEN_EINVAL);
        check_clean(modes[i] == MODE_LINGER);
    }
}

/* fault: backend and toolstack | the toolstack makes another CD-ROM drive of the same name while
 * the old one is connected | forgets the old connection, and writes nothing to the new directory
 * before it connects */
TEST(a_drive_that_is_another_one_by_now_is_not_closed)
{
    make(BACKEND_QDISK_OLD);
    start(MODE_LINGER);
    CHECK_EQUAL(read_at(AT), 0);
    world_pass_ms(LOOK_MS - 100);
    /* The drive is in use, so it is not taken for idle. */
    CHECK_EQUAL(read_at(AT), 0);
    world_detach(backend);
    insert_second();
    unsigned written = store_written(FRONTEND, "state");
    world_pass_ms(100);
    CHECK_EQUAL(read_at(AT), -XEN_EAGAIN);
    CHECK_EQUAL(store_written(FRONTEND, "state"), written);
    CHECK_EQUAL(read_at(AT), 0);
    CHECK(sample_is(SECOND_SECTOR + AT));
    CHECK(!log_has("its size is now"));
    check_clean(true);
}

/* Another image in another device of the same name, without a look in between. */
static void exchange_after_a_call(enum handover_mode mode, bool cached)
{
    make(BACKEND_QDISK_OLD);
    start_with_cache(mode, cached ? options.cache_bytes : 0);
    CHECK_EQUAL(read_at(AT), 0);
    world_detach(backend);
    backend->config.first_sector = SECOND_SECTOR;
    backend->config.disk_sectors = WORLD_DISK_SECTORS - SECOND_SECTOR;
    insert("aio:/second.iso");
}

/* fault: backend and toolstack | another medium is in a CD-ROM drive within a second of the last
 * look | sees it when it connects, also in the middle of a transfer: the call returns nothing of
 * it, and fails with "medium changed" | lab cd-change */
TEST(a_connection_to_another_medium_is_a_change)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};

    for (unsigned i = 0; i < 4; i++) {
        exchange_after_a_call(modes[i % 2], i < 2);
        CHECK_EQUAL(read_at(FAR_AT), -XEN_EAGAIN);
        CHECK(log_has("xvde: another medium is in the drive"));
        /* Nor is the old one served after the report. */
        CHECK_EQUAL(read_at(AT), 0);
        CHECK(sample_is(SECOND_SECTOR + AT));
        CHECK_EQUAL(read_at(FAR_AT), 0);
        CHECK(sample_is(SECOND_SECTOR + FAR_AT));
        check_clean(modes[i % 2] == MODE_LINGER);
    }
}

TEST(a_reset_that_connects_to_another_medium_leaves_the_change_to_be_reported)
{
    exchange_after_a_call(MODE_STRICT, true);
    backend->gone = true;
    CHECK_EQUAL(read_at(FAR_AT), -XEN_ENOTCONN);
    backend->gone = false;
    CHECK_EQUAL(disks_reset(drive), 0);
    CHECK_EQUAL(disks_check_medium(drive), -XEN_EAGAIN);
    CHECK_EQUAL(read_at(AT), 0);
    CHECK(sample_is(SECOND_SECTOR + AT));
    check_clean(false);
}

TEST(a_medium_that_is_removed_is_not_served_from_the_cache)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};

    for (unsigned i = 0; i < 2; i++) {
        start_and_detach(modes[i]);
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(read_at(AT), -XEN_ENXIO);
        CHECK_EQUAL(read_at(AT), -XEN_ENXIO);
        CHECK(log_has("xvde: no medium in the drive"));
        /* The same image, by the same name, is reported too: the drive was empty. */
        insert(NULL);
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(read_at(AT), -XEN_EAGAIN);
        CHECK_EQUAL(read_at(AT), 0);
        CHECK(sample_is(AT));
        check_clean(modes[i] == MODE_LINGER);
    }
}

/* fault: backend and toolstack | the toolstack removes a CD-ROM drive that is connected | at the
 * next call, closes it, so that the toolstack can go on */
TEST(a_drive_that_the_toolstack_removes_is_closed_at_the_next_call)
{
    make(BACKEND_QDISK_OLD);
    start(MODE_LINGER);
    CHECK_EQUAL(read_at(AT), 0);
    CHECK(backend->ring);
    backend_write_key(backend, "online", "0");
    backend_set_state(backend, XenbusStateClosing);
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(read_at(AT), -XEN_ENXIO);
    CHECK(!backend->ring);
    CHECK_EQUAL(drive->vbd.state, VBD_CLOSED);
}

/* fault: backend and toolstack | the toolstack removes a CD-ROM drive that is closed | at the next
 * call, lets it go, so that the toolstack can go on */
TEST(a_closed_drive_that_the_toolstack_asks_for_is_let_go)
{
    static const bool is_empty[] = {false, true};

    for (unsigned i = 0; i < 2; i++) {
        make(BACKEND_LINUX);
        start(MODE_STRICT);
        CHECK_EQUAL(read_at(AT), 0);
        if (is_empty[i]) {
            backend_write_key(backend, "params", "");
            world_pass_ms(LOOK_MS);
            CHECK_EQUAL(read_at(AT), -XEN_ENXIO);
        }
        backend_write_key(backend, "online", "0");
        backend_set_state(backend, XenbusStateClosing);
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(read_at(AT), -XEN_ENXIO);
        CHECK_EQUAL(xenbus_read_state(&disks.core->store, drive->vbd.frontend), XenbusStateClosed);
        unsigned written = store_written(FRONTEND, "state");
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(read_at(AT), -XEN_ENXIO);
        CHECK_EQUAL(store_written(FRONTEND, "state"), written);
    }
}

/* fault: daemon | it closes a CD-ROM drive while a boot reads from it | does not take that for a
 * change of the medium, and connects again */
TEST(a_drive_that_the_daemon_closes_has_its_medium)
{
    make(BACKEND_LINUX);
    store_write(HOME HANDOVER_HOOK, HANDOVER_VERSION);
    store_write(HOME HANDOVER_CLAIM, HANDOVER_VERSION);
    start(MODE_AUTO);
    CHECK_EQUAL(disks.core->mode, MODE_HOOK);
    /* The calls of a second keep the disk from being taken for idle. */
    for (unsigned ms = 0; ms < 900; ms += 300) {
        CHECK_EQUAL(read_at(AT), 0);
        world_pass_ms(300);
    }
    CHECK_EQUAL(read_at(AT), 0);
    /* The daemon's first step; the backend follows by itself. */
    store_write(FRONTEND "/state", "5");
    world_pass_ms(110);
    CHECK_EQUAL(read_at(FAR_AT), 0);
    CHECK(sample_is(FAR_AT));
    CHECK(!log_has("no medium in the drive"));
    CHECK_EQUAL(disks_check_medium(drive), 0);
}

/* What a look finds, with a drive that is closed between calls. */
TEST(each_state_of_the_backend_says_whether_there_is_a_medium)
{
    static const struct {
        int state; /* 0: no key */
        const char *online, *params;
        int result;
    } cases[] = {
        {XenbusStateInitWait, "1", "aio:/disk.img", 0},
        {XenbusStateClosing, "1", "aio:/disk.img", 0},
        {XenbusStateClosed, "1", "aio:/disk.img", 0},
        {XenbusStateClosed, NULL, "aio:/disk.img", 0},
        {XenbusStateClosing, "0", "aio:/disk.img", -XEN_ENXIO},
        {XenbusStateClosed, "0", "aio:/disk.img", -XEN_ENXIO},
        {0, "1", "aio:/disk.img", -XEN_ENXIO},
        {XenbusStateInitWait, "1", NULL, -XEN_ENXIO},
        {XenbusStateInitWait, "1", "aio:", -XEN_ENXIO},
        {XenbusStateInitWait, "1", "aio:/other.img", -XEN_EAGAIN},
    };
    char path[BACKEND_PATH_BYTES + 16];

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("case %u", i);
        make(BACKEND_QDISK_OLD);
        start(MODE_STRICT);
        /* It has its keys from here on only. */
        backend->gone = true;
        const char *values[] = {cases[i].online, cases[i].params, cases[i].state ? "" : NULL};
        static const char *const keys[] = {"online", "params", "state"};
        for (unsigned k = 0; k < 3; k++) {
            snprintf(path, sizeof(path), "%s/%s", backend->path, keys[k]);
            if (!values[k])
                tree_remove(&store_tree, path);
            else if (*values[k])
                store_write(path, "%s", values[k]);
        }
        if (cases[i].state)
            backend_set_state(backend, cases[i].state);
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(disks_check_medium(drive), cases[i].result);
    }
}

static bool become_ready(void)
{
    if (clock_now_us() >= 1000 * 1000) {
        clock_set_pause_hook(NULL);
        backend_set_state(backend, XenbusStateInitWait);
    }
    return false;
}

/* fault: daemon | it is still closing a CD-ROM drive when POST looks for the medium | waits for the
 * drive, and the medium that it finds then is no change */
TEST(the_medium_that_post_connects_is_no_change)
{
    make(BACKEND_QDISK_OLD);
    backend_set_state(backend, XenbusStateClosed);
    clock_set_pause_hook(become_ready);
    start(MODE_STRICT);
    CHECK_EQUAL(read_at(AT), 0);
    CHECK(!log_has("the drive"));
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(disks_check_medium(drive), 0);
}

/* fault: time | the backend of another medium takes seconds to connect | waits for it as long as
 * POST does */
TEST(another_medium_is_waited_for_as_long_as_in_post)
{
    make(BACKEND_QDISK_OLD);
    start(MODE_LINGER);
    CHECK_EQUAL(read_at(AT), 0);
    world_pass_ms(LOOK_MS - 100);
    /* The drive is in use, so it is not taken for idle. */
    CHECK_EQUAL(read_at(AT), 0);
    world_detach(backend);
    backend->config.latency_us = 4 * 1000 * 1000;
    insert("aio:/second.iso");
    world_pass_ms(100);
    CHECK_EQUAL(read_at(AT), -XEN_EAGAIN);
    CHECK_EQUAL(read_at(AT), 0);
    CHECK(sample_is(AT));
}

/* fault: backend and toolstack | the backend of a CD-ROM drive closes by itself, and stays | closes
 * the connection, for which the backend waits, and connects again: no report, as for a disk */
TEST(a_backend_that_closes_by_itself_is_connected_again)
{
    make(BACKEND_QDISK_OLD);
    start(MODE_LINGER);
    CHECK_EQUAL(read_at(AT), 0);
    unsigned connects = backend->connects;
    backend_set_state(backend, XenbusStateClosing);
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(disks_check_medium(drive), 0);
    CHECK_EQUAL(drive->vbd.state, VBD_CLOSED);
    CHECK_EQUAL(read_at(FAR_AT), 0);
    CHECK(sample_is(FAR_AT));
    CHECK_EQUAL(backend->connects, connects + 1);
    check_clean(false);
}

TEST(a_drive_is_looked_at_once_a_second)
{
    make(BACKEND_QDISK_OLD);
    start(MODE_LINGER);
    CHECK_EQUAL(read_at(AT), 0);
    struct xenstore *store = &disks.core->store;
    unsigned requests = store->requests, round_trips = store->round_trips;
    for (unsigned i = 0; i < 50; i++)
        CHECK_EQUAL(disks_check_medium(drive), 0);
    CHECK_EQUAL(store->requests, requests);
    /* The calls of a second keep the disk from being taken for idle. */
    for (unsigned ms = 0; ms < LOOK_MS; ms += 100) {
        CHECK_EQUAL(disks_check_medium(drive), 0);
        world_pass_ms(100);
    }
    CHECK_EQUAL(disks_check_medium(drive), 0);
    CHECK_EQUAL(store->requests - requests, COUNT_MEDIUM_AGAIN_REQUESTS);
    CHECK_EQUAL(store->round_trips - round_trips, COUNT_MEDIUM_AGAIN_ROUND_TRIPS);
}

TEST(an_empty_drive_takes_one_round_trip_in_post)
{
    make_empty();
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    unsigned with_drive = disks.core->store.requests;
    unsigned round_trips = disks.core->store.round_trips;

    make(BACKEND_QDISK_OLD);
    store_write(FRONTEND "/device-type", "disk");
    backend_set_state(backend, XenbusStateInitialising);
    backend->gone = true;
    struct firmware firmware;
    CHECK_EQUAL(firmware_start(&firmware), 0);
    CHECK_EQUAL(with_drive,
                firmware.core->store.requests + COUNT_MEDIUM_REQUESTS + COUNT_OPTION_REQUESTS);
    CHECK_EQUAL(round_trips, firmware.core->store.round_trips + COUNT_MEDIUM_ROUND_TRIPS +
                                 COUNT_OPTION_ROUND_TRIPS);
}

/* fault: xenstored | it does not say what is in a CD-ROM drive | assumes that nothing has changed
 */
TEST(an_error_of_xenstored_is_no_change_of_the_medium)
{
    make(BACKEND_QDISK_OLD);
    start(MODE_LINGER);
    CHECK_EQUAL(read_at(AT), 0);
    store_write(FRONTEND "/backend-id", "x");
    world_pass_ms(LOOK_MS / 2);
    CHECK_EQUAL(disks_check_medium(drive), 0);
    world_pass_ms(LOOK_MS / 2);
    CHECK_EQUAL(disks_check_medium(drive), 0);
}

/* The longest value of xenstore, which begins as another one of any length. */
static char *long_name(char first)
{
    static char name[XENSTORE_PAYLOAD_MAX];

    memset(name, 'x', sizeof(name) - 1);
    name[0] = first;
    return name;
}

TEST(media_whose_names_are_long_differ_as_any_others)
{
    make(BACKEND_QDISK_OLD);
    backend_write_key(backend, "params", long_name('a'));
    start(MODE_STRICT);
    CHECK_EQUAL(read_at(AT), 0);
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(read_at(AT), 0);
    world_detach(backend);
    backend->config.first_sector = SECOND_SECTOR;
    insert(long_name('b'));
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(read_at(AT), -XEN_EAGAIN);
    CHECK_EQUAL(read_at(AT), 0);
    CHECK(sample_is(SECOND_SECTOR + AT));
    check_clean(false);
}

TEST(a_restore_is_no_change_of_the_medium)
{
    make(BACKEND_QDISK_OLD);
    start(MODE_STRICT);
    CHECK_EQUAL(read_at(AT), 0);
    world_restore();
    store_write(FRONTEND "/device-type", "cdrom");
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(read_at(AT + 800), 0);
    CHECK(sample_is(AT + 800));
    disks_close_all(&disks);
    world_check_clean();
}

TEST(the_report_of_a_failed_boot_names_an_empty_drive)
{
    make_empty();
    start(MODE_STRICT);
    boot_report_others(&disks);
    CHECK(log_has("boot: xvde: no medium in the drive"));
}
