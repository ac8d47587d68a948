/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* When a write is on stable storage: flushes, their errors, and when there is no flush. */
#include "firmware.h"
#include "test.h"
#include "xen/disk/disk_io.h"

static struct disks disks;

static struct backend *start(enum handover_mode mode)
{
    const struct disks_options options = {
        .mode = mode,
        .pool_pages = POOL_PAGES,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
    };

    world_reset();
    memset(&disks, 0, sizeof(disks));
    struct backend *backend = world_add_disk(XVD(4));
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    return backend;
}

static int read_sectors(uint64_t sector, uint32_t count)
{
    static uint8_t buffer[64 * SECTOR_BYTES];

    return disks_read(disks.disk[0], sector, count, buffer);
}

static int write_sectors(uint64_t sector, uint32_t count)
{
    static const uint8_t buffer[64 * SECTOR_BYTES];

    return disks_write(disks.disk[0], sector, count, buffer);
}

/* fault: backend and toolstack | a backend fails a flush, in strict mode | the write before the
 * flush fails */
TEST(in_strict_mode_a_write_whose_flush_fails_is_an_error)
{
    struct backend *backend = start(MODE_STRICT);

    CHECK_EQUAL(write_sectors(3, 4), 0);
    backend->config.hook = backend_fail_flushes;
    CHECK_EQUAL(write_sectors(3, 4), -XEN_EIO);
    /* Reads do not fail, nor does the next write. */
    CHECK_EQUAL(read_sectors(1000, 4), 0);
    backend->config.hook = NULL;
    CHECK_EQUAL(write_sectors(3, 4), 0);
    world_check_clean();
}

TEST(in_strict_mode_a_write_is_flushed_once_and_a_read_is_not)
{
    struct backend *backend = start(MODE_STRICT);

    CHECK_EQUAL(backend->flushes, 0);
    CHECK_EQUAL(read_sectors(1000, 4), 0);
    CHECK_EQUAL(read_sectors(2000, 4), 0);
    CHECK_EQUAL(backend->flushes, 0);
    for (unsigned i = 1; i <= 3; i++) {
        CHECK_EQUAL(write_sectors(1000, 4), 0);
        CHECK_EQUAL(backend->flushes, i);
        CHECK_EQUAL(read_sectors(3000, 4), 0);
        CHECK_EQUAL(backend->flushes, i);
    }
}

TEST(a_disk_that_stays_open_is_flushed_when_it_is_closed_if_it_was_written_to)
{
    struct backend *backend = start(MODE_LINGER);

    CHECK_EQUAL(write_sectors(3, 4), 0);
    CHECK_EQUAL(backend->flushes, 0);
    disks_close_all(&disks);
    CHECK_EQUAL(backend->flushes, 1);
    CHECK_EQUAL(read_sectors(1000, 4), 0);
    disks_close_all(&disks);
    CHECK_EQUAL(backend->flushes, 1);
}

/* fault: backend and toolstack | a backend fails a flush, in another mode | logs it when it closes
 * the disk */
TEST(a_failed_flush_at_a_close_is_logged)
{
    struct backend *backend = start(MODE_LINGER);

    CHECK_EQUAL(write_sectors(3, 4), 0);
    backend->config.hook = backend_fail_flushes;
    CHECK_EQUAL(disk_io_close(disks.vbd[0]), -XEN_EIO);
    CHECK(log_has("xvde: the last writes may not be on stable storage: EIO"));
    world_check_clean();
}

static bool move_at_the_flush(void *context, struct backend *backend,
                              const struct backend_request *request)
{
    (void)context;
    if (request->operation != BLKIF_OP_FLUSH_DISKCACHE)
        return false;
    backend->config.hook = NULL;
    world_restore();
    return true;
}

TEST(a_flush_after_a_restore_is_sent_over_the_next_connection)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};

    for (unsigned i = 0; i < 2; i++) {
        struct backend *backend = start(modes[i]);

        backend->config.hook = move_at_the_flush;
        CHECK_EQUAL(write_sectors(3, 4), 0);
        disks_close_all(&disks);
        /* In strict mode the write is repeated too, and flushed again. */
        CHECK_EQUAL(backend->flushes, modes[i] == MODE_STRICT ? 2 : 1);
        CHECK_EQUAL(backend->connects, modes[i] == MODE_STRICT ? 3 : 2);
        world_check_clean();
    }
}

/* fault: daemon | it attends no more when a write ends, and the connection goes away before the
 * flush | the boot is strict, and the flush is done over another connection before the write
 * returns */
TEST(a_write_that_ends_in_strict_mode_is_flushed_over_another_connection)
{
    struct backend *backend = start(MODE_LINGER);

    disks.core->mode = MODE_HOOK;
    /* As after a connection of this call. */
    disks.disk[0]->claimed = 0;
    backend->config.hook = move_at_the_flush;
    CHECK_EQUAL(write_sectors(3, 4), 0);
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    CHECK_EQUAL(backend->flushes, 1);
    world_check_clean();
}

/* fault: restore and migration | a restore after a write, and a pause in which another system may
 * have had the disk, before the flush | the flush is done over the next connection */
TEST(a_flush_after_a_restore_is_sent_also_if_the_disk_was_not_used_since)
{
    struct backend *backend = start(MODE_LINGER);

    CHECK_EQUAL(write_sectors(3, 4), 0);
    world_restore_same_port();
    world_pass_ms(2000);
    disks_close_all(&disks);
    CHECK_EQUAL(backend->flushes, 1);
    world_check_clean();
}
