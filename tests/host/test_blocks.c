/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Disks that report 512 but only serve larger blocks, as a loop device on a 4096-byte disk. */
#include "firmware.h"
#include "test.h"
#include "xen/disk/disk_io.h"

static struct backend *connected_to_blocks_of(struct firmware *firmware, uint32_t bytes)
{
    struct backend *backend = firmware_with_disk(firmware);

    backend->config.only_blocks_of = bytes;
    CHECK_EQUAL(disk_io_connect(firmware->vbd[0]), 0);
    return backend;
}

/* fault: backend and toolstack | a backend reports `sector-size` 512 but only serves larger blocks,
 * as a loop device on a 4096-byte disk does | finds the block size by reading the first block,
 * before the first transfer of less than a page; then reads and writes whole blocks */
TEST(a_disk_that_reports_512_but_needs_larger_blocks_is_read_and_written_in_whole_blocks)
{
    for (uint32_t bytes = 512; bytes <= 4096; bytes *= 2) {
        struct firmware firmware;

        connected_to_blocks_of(&firmware, bytes);
        test_note("blocks of %u", bytes);
        for (unsigned sector = 1; sector < 12; sector++) {
            CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], sector, 1), 0);
            CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], sector, 9), 0);
            CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], sector, 3), 0);
        }
        CHECK_EQUAL(firmware.vbd[0]->block_sectors, bytes / SECTOR_BYTES);
        firmware_check_end(&firmware);
    }
}

TEST(a_learned_block_size_holds_for_later_connections_and_costs_no_more_reads)
{
    struct firmware firmware;
    struct backend *backend = connected_to_blocks_of(&firmware, 4096);

    CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], 3, 1), 0);
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    unsigned requests = backend->requests;
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 3, 1), 0);
    CHECK_EQUAL(backend->requests - requests, 1);
    firmware_check_end(&firmware);
}

/* The disk has been used, and then only serves larger blocks. */
static void connect_to_blocks_that_grow(struct firmware *firmware)
{
    struct backend *backend = connected_to_blocks_of(firmware, 512);

    CHECK_EQUAL(firmware_write_and_compare(firmware->vbd[0], 3, 1), 0);
    backend->config.only_blocks_of = 4096;
}

TEST(a_block_size_is_learned_again_after_a_migration)
{
    struct firmware firmware;

    connect_to_blocks_that_grow(&firmware);
    world_migrate();
    CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], 3, 1), 0);
    firmware_check_end(&firmware);
}

/* fault: restore and migration | a guest whose disks are closed is moved to a host where the
 * backend at the same path reports the same blocks, but only serves larger ones | learns the size
 * of the blocks again */
TEST(a_block_size_is_learned_again_after_a_restore_to_the_same_path)
{
    struct firmware firmware;

    connect_to_blocks_that_grow(&firmware);
    disk_io_close(firmware.vbd[0]);
    world_restore_as(xen_config.domid, false, false);
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], 3, 1), 0);
    firmware_check_end(&firmware);
}

/* Writes are counted and fail, or reads of the first page fail. */
static unsigned writes;
static bool first_page_is_bad;

static bool fail_and_count(void *context, struct backend *backend,
                           const struct backend_request *request)
{
    bool write = request->operation == BLKIF_OP_WRITE;

    (void)context;
    writes += write;
    if (first_page_is_bad ? write || request->sector >= 8 : !write)
        return false;
    backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return true;
}

/* fault: backend and toolstack | a backend serves larger blocks than it reports, and a write fails
 * | never repeats it as a larger write */
TEST(a_failed_write_is_not_repeated_as_a_larger_one)
{
    static const uint8_t buffer[SECTOR_BYTES];
    struct firmware firmware;
    struct backend *backend = connected_to_blocks_of(&firmware, 512);

    writes = 0;
    first_page_is_bad = false;
    backend->config.hook = fail_and_count;
    CHECK_EQUAL(firmware_write(firmware.vbd[0], 3, 1, buffer), -XEN_EIO);
    CHECK_EQUAL(writes, 1);
    backend->config.hook = NULL;
    firmware_check_end(&firmware);
}

/* fault: backend and toolstack | a backend serves larger blocks than it reports, and no read shows
 * how large | writes only whole pages */
TEST(only_whole_pages_are_written_if_no_read_shows_the_block_size)
{
    static const uint8_t buffer[8 * SECTOR_BYTES];
    struct firmware firmware;
    struct backend *backend = connected_to_blocks_of(&firmware, 512);

    writes = 0;
    first_page_is_bad = true;
    backend->config.hook = fail_and_count;
    CHECK_EQUAL(firmware_write(firmware.vbd[0], 1003, 1, buffer), -XEN_EIO);
    CHECK_EQUAL(writes, 0);
    CHECK_EQUAL(firmware_write(firmware.vbd[0], 1000, 8, buffer), 0);
    CHECK_EQUAL(writes, 1);
    /* Other pages can be read. */
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 1003, 1), 0);
    backend->config.hook = NULL;
    firmware_check_end(&firmware);
}
