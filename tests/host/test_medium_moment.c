/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The medium of a CD-ROM drive: changes that come between two looks, and restores. */
#include "counts.h"
#include "firmware.h"
#include "sample.h"
#include "test.h"

#include <stdio.h>

/* A second image of the same size is this part of the model's disk. */
#define SECOND_SECTOR (4 * WORLD_DISK_SECTORS)

/* Cached by a read of sector AT, and not so. */
#define AT         40u
#define FAR        3200u
#define LOOK_MS    1000u
#define YIELDS_MAX 1000u

static struct disks disks;
static struct backend *backend;
static struct disk *drive;

static void write_type(void)
{
    char path[BACKEND_PATH_BYTES + 16];

    snprintf(path, sizeof(path), "%s/device-type", backend->frontend);
    store_write(path, "cdrom");
}

static void make_empty(void)
{
    backend_write_key(backend, "params", "aio:");
    backend_set_state(backend, XenbusStateInitialising);
    backend->gone = true;
}

static void make(void)
{
    world_reset();
    memset(&disks, 0, sizeof(disks));
    backend = world_add_disk_of(XVD(4), BACKEND_QDISK_OLD);
    backend->config.info = "5";
}

static void start_made(enum handover_mode mode)
{
    const struct disks_options options = {
        .mode = mode, .pool_pages = POOL_PAGES, .cache_bytes = 8 * CACHE_LINE_BYTES};

    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    drive = disks_at(&disks, 0);
}

static void start(enum handover_mode mode, bool empty)
{
    make();
    write_type();
    if (empty)
        make_empty();
    start_made(mode);
}

static void change(void)
{
    world_detach(backend);
    backend->config.first_sector = SECOND_SECTOR;
    world_attach(backend, "aio:/second.iso");
    write_type();
}

static int read_at(uint64_t sector)
{
    return sample_read(drive, sector);
}

/* The first read that goes to the backend tells of the change; from then on all is of the new
 * medium, whether or not it was cached. */
static void check_change_is_reported(void)
{
    CHECK_EQUAL(read_at(FAR), -XEN_EAGAIN);
    CHECK_EQUAL(read_at(AT), 0);
    CHECK(sample_is(SECOND_SECTOR + AT));
    CHECK_EQUAL(read_at(FAR), 0);
    CHECK(sample_is(SECOND_SECTOR + FAR));
    /* It is reported once, also when the next look comes. */
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(read_at(AT), 0);
    CHECK(sample_is(SECOND_SECTOR + AT));
}

/* fault: backend and toolstack | another medium is in a CD-ROM drive, and the next look is not due
 * yet | notices it when it connects, drops what it has cached of the old one, and fails that call
 * with "medium changed" | also
 * a_medium_that_a_reconnection_finds_is_reported_before_it_is_read */
TEST(a_medium_that_a_connection_finds_is_reported_before_it_is_read)
{
    start(MODE_STRICT, false);
    CHECK_EQUAL(read_at(AT), 0);
    change();
    check_change_is_reported();
}

TEST(a_medium_that_a_reconnection_finds_is_reported_before_it_is_read)
{
    start(MODE_LINGER, false);
    CHECK_EQUAL(read_at(AT), 0);
    CHECK_EQUAL(drive->vbd.state, VBD_CONNECTED);
    change();
    check_change_is_reported();
}

TEST(a_smaller_medium_is_reported_before_its_end_is)
{
    start(MODE_STRICT, false);
    CHECK_EQUAL(read_at(AT), 0);
    backend->config.disk_sectors = 1024;
    backend->config.sectors = "1024";
    change();
    CHECK_EQUAL(read_at(FAR), -XEN_EAGAIN);
    CHECK_EQUAL(read_at(FAR), -XEN_EINVAL);
}

TEST(a_change_that_a_reset_finds_stays_to_be_reported)
{
    start(MODE_STRICT, false);
    CHECK_EQUAL(read_at(AT), 0);
    drive->handed_over = false;
    change();
    CHECK_EQUAL(disks_reset(drive), 0);
    CHECK_EQUAL(disks_check_medium(drive), -XEN_EAGAIN);
    CHECK_EQUAL(disks_check_medium(drive), 0);
}

static void restore_with_medium(void)
{
    world_restore();
    write_type();
}

/* fault: restore and migration | a restore of a guest with an empty CD-ROM drive, and then a medium
 * is inserted | finds xenstored again before it looks for the medium */
TEST(a_medium_that_comes_after_a_restore_is_found)
{
    start(MODE_STRICT, true);
    CHECK_EQUAL(read_at(AT), -XEN_ENXIO);
    restore_with_medium();
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(read_at(AT), -XEN_EAGAIN);
    CHECK_EQUAL(read_at(AT), 0);
    CHECK(sample_is(AT));
    CHECK(!log_has("closed for good"));
    disks_close_all(&disks);
    world_check_clean();
}

TEST(a_change_after_a_restore_is_found_while_the_drive_is_connected)
{
    start(MODE_LINGER, false);
    CHECK_EQUAL(read_at(AT), 0);
    restore_with_medium();
    change();
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(read_at(AT), -XEN_EAGAIN);
    CHECK_EQUAL(read_at(AT), 0);
    CHECK(sample_is(SECOND_SECTOR + AT));
}

/* A look in which the guest is restored at each of its waits finds @found. */
static void restore_in_look(enum handover_mode mode, bool empty, int found)
{
    bool hit = true;

    for (unsigned at = 0; hit && at < YIELDS_MAX; at++) {
        start(mode, empty);
        CHECK_EQUAL(read_at(AT), empty ? -XEN_ENXIO : 0);
        if (empty)
            change();
        world_pass_ms(LOOK_MS);
        xen_at_wait(at, restore_with_medium);
        test_note("mode %u, wait %u", mode, at);
        CHECK_EQUAL(disks_check_medium(drive), found);
        hit = xen_fault.hits;
        world_pass_ms(LOOK_MS);
        /* After the restore the image has its usual name again. */
        if (!empty)
            CHECK_EQUAL(disks_check_medium(drive), 0);
    }
    CHECK(!hit);
}

/* fault: restore and migration | a restore while the firmware looks for a change of the medium |
 * looks again | also a_restore_in_the_middle_of_a_look_hides_no_medium,
 * a_medium_that_comes_after_a_restore_is_found,
 * a_change_after_a_restore_is_found_while_the_drive_is_connected */
TEST(a_restore_in_the_middle_of_a_look_is_no_change_of_the_medium)
{
    restore_in_look(MODE_STRICT, false, 0);
    restore_in_look(MODE_LINGER, false, 0);
}

TEST(a_restore_in_the_middle_of_a_look_hides_no_medium)
{
    restore_in_look(MODE_STRICT, true, -XEN_EAGAIN);
}

/* fault: backend and toolstack | the toolstack asks for a CD-ROM drive, and makes it again with
 * another medium while the firmware closes it | leaves the new device alone, and reads its medium
 */
TEST(a_drive_that_is_made_again_while_it_is_closed_is_not_let_go)
{
    bool hit = true;

    for (unsigned at = 0; hit && at < YIELDS_MAX; at++) {
        start(MODE_LINGER, false);
        CHECK_EQUAL(read_at(AT), 0);
        backend_write_key(backend, "online", "0");
        backend_set_state(backend, XenbusStateClosing);
        world_pass_ms(LOOK_MS);
        xen_at_wait(at, change);
        test_note("wait %u", at);
        int first = disks_check_medium(drive);
        hit = xen_fault.hits;
        if (!hit)
            break;
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(disks_check_medium(drive), first == -XEN_EAGAIN ? 0 : -XEN_EAGAIN);
        CHECK_EQUAL(read_at(AT), 0);
        CHECK(sample_is(SECOND_SECTOR + AT));
    }
    CHECK(!hit);
}

/* A read that connects, of a disk and of a drive: the backend follows at once, so it is polled once
 * for each state. */
TEST(a_connection_to_a_drive_takes_the_requests_and_round_trips_of_one_to_a_disk)
{
    unsigned requests[2], round_trips[2];

    for (unsigned is_drive = 0; is_drive < 2; is_drive++) {
        make();
        backend->config.latency_us = 0;
        if (is_drive)
            write_type();
        start_made(MODE_STRICT);
        struct xenstore *store = &disks.core->store;
        requests[is_drive] = store->requests;
        round_trips[is_drive] = store->round_trips;
        CHECK_EQUAL(read_at(FAR), 0);
        requests[is_drive] = store->requests - requests[is_drive];
        round_trips[is_drive] = store->round_trips - round_trips[is_drive];
    }
    CHECK_EQUAL(requests[1], requests[0]);
    CHECK_EQUAL(round_trips[1], round_trips[0]);
}
