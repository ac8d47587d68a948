/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Writes whose connection goes away before they are flushed. */
#include "firmware.h"
#include "test.h"
#include "xen/base/error.h"

#include <setjmp.h>

#define AT    40u
#define COUNT 4u

static struct disks disks;
static struct backend *backend;
static uint8_t data[COUNT * SECTOR_BYTES];

static void start(enum handover_mode mode)
{
    const struct disks_options options = {
        .mode = mode,
        .pool_pages = POOL_PAGES,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
    };

    world_reset();
    memset(&disks, 0, sizeof(disks));
    backend = world_add_disk(XVD(4));
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    disks.disk[0]->registered = true;
    memset(data, 0x11, sizeof(data));
}

static int write_data(void)
{
    return disks_write(disks.disk[0], AT, COUNT, data);
}

/* Read sectors and compare them with the disk. */
static int read_and_compare(uint64_t sector)
{
    uint8_t found[SECTOR_BYTES], expected[SECTOR_BYTES];
    int error = disks_read(disks.disk[0], sector, 1, found);

    disk_read(sector, expected);
    if (!error)
        CHECK(!memcmp(found, expected, SECTOR_BYTES));
    return error;
}

static bool is_on_disk(void)
{
    uint8_t now[SECTOR_BYTES];

    for (uint32_t i = 0; i < COUNT; i++) {
        disk_read(AT + i, now);
        if (memcmp(now, data + i * SECTOR_BYTES, SECTOR_BYTES) != 0)
            return false;
    }
    return true;
}

/* What the backend does when it goes away with the next flush. */
static void (*at_the_flush)(void);

static bool go_away_at_the_flush(void *context, struct backend *of,
                                 const struct backend_request *request)
{
    (void)context;
    if (request->operation != BLKIF_OP_FLUSH_DISKCACHE)
        return false;
    of->config.hook = NULL;
    if (at_the_flush)
        at_the_flush();
    world_restore();
    return true;
}

/* The domain of the backend crashes: what it had not written to the device is gone. */
static void lose_what_was_written(void)
{
    uint8_t original[SECTOR_BYTES];

    for (uint32_t i = 0; i < COUNT; i++) {
        disk_read_original(AT + i, original);
        disk_write(AT + i, original);
    }
}

/* fault: backend and toolstack | its domain crashes after it has reported a write as done, and
 * before the flush, in strict mode; the data is gone | writes and flushes again over the next
 * connection */
TEST(a_write_that_is_lost_before_its_flush_is_written_again)
{
    start(MODE_STRICT);
    at_the_flush = lose_what_was_written;
    backend->config.hook = go_away_at_the_flush;
    CHECK_EQUAL(write_data(), 0);
    CHECK(is_on_disk());
    CHECK_EQUAL(backend->flushes, 2);
    CHECK_EQUAL(read_and_compare(AT), 0);
    world_check_clean();
}

static void write_elsewhere(void)
{
    static const uint8_t other[SECTOR_BYTES] = {0x77};

    disk_write(AT + COUNT, other);
}

/* fault: restore and migration | a restore between a write and its flush, in strict mode, and the
 * disk has changed since | drops what is cached of the disk */
TEST(after_a_reconnection_for_a_flush_nothing_cached_before_it_is_served)
{
    start(MODE_STRICT);
    CHECK_EQUAL(read_and_compare(AT + COUNT), 0);
    at_the_flush = write_elsewhere;
    backend->config.hook = go_away_at_the_flush;
    CHECK_EQUAL(write_data(), 0);
    CHECK_EQUAL(read_and_compare(AT + COUNT), 0);
    CHECK_EQUAL(read_and_compare(AT), 0);
}

static void come_back(void)
{
    backend->gone = false;
    backend_forget(backend);
    world_write_disk(backend);
}

/* fault: backend and toolstack | its directory is gone when a read needs it, after a write in
 * another mode than strict, and it is back when the disks are closed, perhaps after a restore |
 * flushes over another connection */
TEST(what_was_written_before_a_read_lost_its_connection_is_flushed_at_the_close)
{
    static void (*const ways[])(void) = {come_back, world_restore};

    for (unsigned i = 0; i < 2; i++) {
        start(MODE_LINGER);
        CHECK_EQUAL(write_data(), 0);
        backend_vanish(backend);
        CHECK_EQUAL(read_and_compare(3000), -XEN_ENOTCONN);
        CHECK_EQUAL(backend->flushes, 0);
        ways[i]();
        disks_close_all(&disks);
        test_note("way %u", i);
        CHECK_EQUAL(backend->flushes, 1);
        world_check_clean();
    }
}

static jmp_buf abandoned;

static void abandon_the_close(void)
{
    longjmp(abandoned, 1);
}

/* Abandon the close of a disk, whose flush is repeated over another connection, at this wait.
 * Return: whether there was such a wait. */
static bool abandon_at(unsigned wait)
{
    start(MODE_LINGER);
    CHECK_EQUAL(write_data(), 0);
    at_the_flush = NULL;
    backend->config.hook = go_away_at_the_flush;
    xen_at_wait(wait, abandon_the_close);
    if (!setjmp(abandoned)) {
        disks_close_all(&disks);
        return false;
    }
    disks_close_all(&disks);
    return true;
}

/* fault: call within a call | a handler boots instead of returning while the flush of a close is
 * repeated over another connection | the close for that boot repeats it */
TEST(a_flush_over_another_connection_is_not_lost_if_the_close_is_abandoned_for_a_boot)
{
    volatile unsigned wait = 0;

    for (; abandon_at(wait); wait++) {
        test_note("wait %u", wait);
        CHECK(backend->flushes > 0);
        CHECK(!disks_are_open(&disks));
        world_check_grants_clean();
        world_check_ports_clean();
    }
    CHECK(wait > 20);
}

/* The toolstack ends the backend by force while its device stands still: it has the pages. */
static void lose_with_a_write(void)
{
    start(MODE_LINGER);
    CHECK_EQUAL(write_data(), 0);
    backend->config.silent = backend->config.stays_busy = true;
    backend_set_state(backend, XenbusStateClosed);
    CHECK_EQUAL(read_and_compare(3000), -XEN_ENOTCONN);
    CHECK_EQUAL(disks.vbd[0]->state, VBD_LOST);
    CHECK_EQUAL(backend->flushes, 0);
}

/* fault: backend and toolstack | a disk is lost after a write in another mode than strict, and its
 * backend has released the pages when all disks are closed | flushes over another connection */
TEST(what_was_written_before_a_disk_was_lost_is_flushed_at_the_close)
{
    lose_with_a_write();
    backend->config.silent = backend->config.stays_busy = false;
    world_pass_ms(1000);
    /* This tells the backend to look again. */
    CHECK_EQUAL(read_and_compare(3000), -XEN_ENOTCONN);
    world_pass_ms(1000);
    CHECK(!backend->ring);
    disks_close_all(&disks);
    CHECK_EQUAL(backend->flushes, 1);
    world_check_clean();
}

/* fault: backend and toolstack | does not respond to a read after a write in another mode than
 * strict | says that the write may not be on stable storage */
TEST(a_close_that_does_not_flush_what_was_written_says_so)
{
    start(MODE_LINGER);
    CHECK_EQUAL(write_data(), 0);
    backend->config.silent = true;
    CHECK_EQUAL(read_and_compare(3000), -XEN_ETIMEDOUT);
    CHECK(log_has("xvde: the last writes may not be on stable storage: ETIMEDOUT"));
}
