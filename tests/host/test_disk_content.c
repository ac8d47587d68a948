/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Int13 gets what the disk holds, whatever happens while a call waits. */
#include "firmware.h"
#include "test.h"
#include "xen/disk/disk_set.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_start.h"
#include "xen/disk/disks_transfer.h"

static struct disks disks;
static struct disk *disk;

/* Start with a disk that stays open. */
static struct backend *start(void)
{
    const struct disks_options options = {
        .mode = MODE_LINGER,
        .pool_pages = POOL_PAGES,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
    };

    world_reset();
    memset(&disks, 0, sizeof(disks));
    struct backend *backend = world_add_disk(XVD(4));
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    disk = disks.disk[0];
    return backend;
}

static void read_and_compare(uint64_t sector, uint32_t count)
{
    static uint8_t buffer[16 * SECTOR_BYTES], expected[SECTOR_BYTES];

    CHECK_EQUAL(disks_read(disk, sector, count, buffer), 0);
    for (uint32_t i = 0; i < count; i++) {
        disk_read(sector + i, expected);
        CHECK(!memcmp(buffer + i * SECTOR_BYTES, expected, SECTOR_BYTES));
    }
}

/* End the connection, as the daemon or a toolstack does; the next one finds another image. */
static void change_image(struct backend *backend)
{
    static uint8_t other[SECTOR_BYTES];

    backend_disconnect(backend);
    backend_set_state(backend, XenbusStateInitWait);
    world_write_disk(backend);
    memset(memory_grant_frame(GRANT_FIRST_FRAME), 0, PAGE_BYTES);
    backend->config.sectors = "4000";
    memset(other, 0x77, sizeof(other));
    for (unsigned i = 0; i < 16; i++)
        disk_write(i, other);
}

/* fault: restore and migration | the new connection leads to another image, of another size |
 * serves nothing from the cache, not even for part of the call that connects | also
 * a_read_that_finds_another_disk_returns_only_that_disks_data,
 * nothing_cached_is_served_if_the_next_write_finds_another_disk */
TEST(nothing_cached_is_served_if_the_next_read_finds_another_disk)
{
    struct backend *backend = start();

    read_and_compare(0, 8);
    change_image(backend);
    read_and_compare(1000, 8);
    CHECK_EQUAL(disk->vbd.sectors, 4000);
    read_and_compare(0, 8);
    CHECK_EQUAL(disk->vbd.connects, 2);
}

TEST(a_read_that_finds_another_disk_returns_only_that_disks_data)
{
    struct backend *backend = start();

    read_and_compare(0, 8);
    change_image(backend);
    /* The cache has the first half. */
    read_and_compare(0, 16);
    CHECK_EQUAL(disk->vbd.connects, 2);
}

TEST(nothing_cached_is_served_if_the_next_write_finds_another_disk)
{
    static const uint8_t written[SECTOR_BYTES];
    struct backend *backend = start();

    read_and_compare(0, 8);
    change_image(backend);
    /* What was meant for the first disk is not written to this one. */
    CHECK_EQUAL(disks_write(disk, 1000, 1, written), -XEN_ENOTCONN);
    CHECK_EQUAL(disk->vbd.connects, 2);
    read_and_compare(0, 8);
}

static uint8_t changing[SECTOR_BYTES];

static void interrupt_changes_the_buffer(void)
{
    changing[0] ^= 0xff;
}

/* For instance a program that saves the memory of its own machine. */
/* fault: call within a call | the handler changes the buffer of a write | the cache keeps what
 * went to the disk */
TEST(the_cache_keeps_what_went_to_the_disk_if_an_interrupt_changes_the_buffer)
{
    struct backend *backend = start();

    backend->config.io_latency_us = 20000;
    read_and_compare(0, 8);
    memset(changing, 0x11, sizeof(changing));
    xen_at_wait(1, interrupt_changes_the_buffer);
    CHECK_EQUAL(disks_write(disk, 0, 1, changing), 0);
    CHECK_EQUAL(changing[0], 0x11 ^ 0xff);
    read_and_compare(0, 8);
}
