/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The medium of a CD-ROM drive while nothing says which one it is. */
#include "firmware.h"
#include "sample.h"
#include "test.h"

#include <stdio.h>

/* A second image of the same size is this part of the model's disk. */
#define SECOND_SECTOR (4 * WORLD_DISK_SECTORS)

/* Cached by a read of sector AT, and not so. */
#define AT      40u
#define FAR     3200u
#define LOOK_MS 1000u

static struct disks disks;
static struct backend *backend;
static struct disk *drive;

static void write_key(const char *directory, const char *key, const char *value)
{
    char path[BACKEND_PATH_BYTES + 16];

    snprintf(path, sizeof(path), "%s/%s", directory, key);
    if (value)
        store_write(path, "%s", value);
    else
        tree_remove(&store_tree, path);
}

static void start_with_cache(enum handover_mode mode, uint32_t cache_bytes)
{
    const struct disks_options options = {
        .mode = mode, .pool_pages = POOL_PAGES, .cache_bytes = cache_bytes};

    world_reset();
    memset(&disks, 0, sizeof(disks));
    backend = world_add_disk_of(XVD(4), BACKEND_QDISK_OLD);
    backend->config.info = "5";
    write_key(backend->frontend, "device-type", "cdrom");
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    drive = disks_at(&disks, 0);
    CHECK_EQUAL(sample_read(drive, AT), 0);
    CHECK(sample_is(AT));
}

static void start(enum handover_mode mode)
{
    start_with_cache(mode, 8 * CACHE_LINE_BYTES);
}

/* xl block-detach and block-attach: the same device with the second image. */
static void change(void)
{
    world_detach(backend);
    backend->config.first_sector = SECOND_SECTOR;
    world_attach(backend, "aio:/second.iso");
    write_key(backend->frontend, "device-type", "cdrom");
}

static void check_second_is_read(uint64_t sector)
{
    CHECK_EQUAL(sample_read(drive, sector), 0);
    CHECK(sample_is(SECOND_SECTOR + sector));
}

/* fault: backend and toolstack | the toolstack makes a CD-ROM drive again with another image, and
 * its backend fails to open that and closes | serves nothing of the old one, and reports the change
 * once the backend is ready */
TEST(a_drive_whose_new_backend_closes_serves_nothing_of_the_old_medium)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};
    static const enum xenbus_state states[] = {XenbusStateClosing, XenbusStateClosed};

    for (unsigned i = 0; i < 4; i++) {
        start(modes[i / 2]);
        change();
        backend->gone = true;
        backend_set_state(backend, (int)states[i % 2]);
        for (unsigned seconds = 0; seconds < 3; seconds++) {
            world_pass_ms(LOOK_MS);
            CHECK_EQUAL(sample_read(drive, AT), -XEN_ENOTCONN);
        }
        backend->gone = false;
        backend_set_state(backend, XenbusStateInitWait);
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(sample_read(drive, AT), -XEN_EAGAIN);
        check_second_is_read(AT);
    }
}

/* fault: backend and toolstack | the backend of a CD-ROM drive closes, and int13 verifies sectors
 * of the medium that was in the drive | fails until a connection has told which medium is there,
 * and how large it is */
TEST(a_drive_whose_backend_closes_verifies_no_sector_of_the_old_medium)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};
    static const enum xenbus_state states[] = {XenbusStateClosing, XenbusStateClosed};

    for (unsigned i = 0; i < 4; i++) {
        test_note("case %u", i);
        start(modes[i / 2]);
        CHECK_EQUAL(disks_check(drive, AT, 1), 0);
        backend->gone = true;
        backend_set_state(backend, (int)states[i % 2]);
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(disks_check(drive, AT, 1), -XEN_ENOTCONN);
        CHECK_EQUAL(disks_check(drive, AT, 1), -XEN_ENOTCONN);
        backend->gone = false;
        backend_set_state(backend, XenbusStateInitWait);
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(disks_check(drive, AT, 1), 0);
        CHECK_EQUAL(disks_check(drive, drive->vbd.sectors, 1), -XEN_EINVAL);
    }
}

/* fault: backend and toolstack | a CD-ROM drive is connected to a device whose backend names no
 * image | takes that for no medium, as a look does, and serves nothing of the old one */
TEST(a_connection_without_an_image_is_one_without_a_medium)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};
    static const char *const names[] = {NULL, "", "aio:"};

    for (unsigned i = 0; i < 6; i++) {
        test_note("case %u", i);
        start(modes[i / 3]);
        change();
        write_key(backend->path, "params", names[i % 3]);
        CHECK_EQUAL(sample_read(drive, FAR), -XEN_ENXIO);
        CHECK(!disks_are_open(&disks));
        CHECK_EQUAL(sample_read(drive, AT), -XEN_ENXIO);
        CHECK_EQUAL(log_count("xvde: no medium in the drive"), 1);
        write_key(backend->path, "params", "aio:/second.iso");
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(sample_read(drive, AT), -XEN_EAGAIN);
        check_second_is_read(AT);
        check_second_is_read(FAR);
    }
}

/* fault: xenstored | it does not say which image a CD-ROM drive is connected to | forgets what is
 * cached of the drive, so that no data of two media are mixed, and reports a change when xenstored
 * says it */
TEST(a_connection_to_an_unknown_medium_is_not_mixed_with_what_is_cached)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};

    for (unsigned i = 0; i < 2; i++) {
        start(modes[i]);
        change();
        store_config.hook = store_fail_params;
        check_second_is_read(FAR);
        check_second_is_read(AT);
        store_config.hook = NULL;
        world_pass_ms(LOOK_MS);
        CHECK_EQUAL(sample_read(drive, AT), -XEN_EAGAIN);
        check_second_is_read(AT);
        world_pass_ms(LOOK_MS);
        check_second_is_read(FAR);
    }
}

/* fault: backend and toolstack | the image that a connection to a CD-ROM drive finds has the size
 * of the old one, but its device reads only whole blocks | learns the size of the blocks again */
TEST(the_size_of_the_blocks_of_one_medium_is_not_that_of_another)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};

    for (unsigned i = 0; i < 2; i++) {
        start_with_cache(modes[i], 0);
        change();
        backend->config.only_blocks_of = PAGE_BYTES;
        CHECK_EQUAL(sample_read(drive, AT + 4), -XEN_EAGAIN);
        check_second_is_read(AT + 4);
    }
}
