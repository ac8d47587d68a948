/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* PV-only disks that fail, and whose backends come back. */
#include "firmware.h"
#include "test.h"
#include "xen/blk/vbd_share.h"

static struct disks disks;
static struct disk *disk;

static enum disk_role role_emulated(struct disk *disk)
{
    (void)disk;
    return DISK_EMULATED;
}

static struct backend *start(disks_choose_role *choose_role)
{
    static char names[XENSTORE_PAYLOAD_MAX];
    const struct disks_options options = {
        .mode = MODE_STRICT,
        .pool_pages = POOL_PAGES,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
    };

    world_reset();
    memset(&disks, 0, sizeof(disks));
    struct backend *backend = world_add_disk(XVD(4));
    if (choose_role) {
        CHECK_EQUAL(disks_start(&disks, firmware_core(), &options, choose_role, names), 0);
        disks_ready(&disks);
    } else {
        CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    }
    disk = disks.disk[0];
    return backend;
}

static int read_and_compare(uint64_t sector)
{
    static uint8_t buffer[SECTOR_BYTES], expected[SECTOR_BYTES];
    int error = disks_read(disk, sector, 1, buffer);

    disk_read(sector, expected);
    if (!error)
        CHECK(!memcmp(buffer, expected, SECTOR_BYTES));
    return error;
}

/* fault: backend and toolstack | a PV-only disk cannot be opened, and its backend comes back: it
 * had missed an event, was ready late, or had vanished | tries again at the next call, and uses it
 * | also a_backend_that_is_ready_after_12_seconds_is_used_by_the_next_call,
 * a_backend_that_vanishes_and_comes_back_is_used_by_the_next_call,
 * checking_a_disk_opens_it_if_its_backend_has_come_back | lab second-chance */
TEST(a_backend_that_missed_the_frontend_is_used_by_the_next_call)
{
    struct backend *backend = start(NULL);

    backend->config.ignores = 1u << XenbusStateInitialised;
    CHECK_EQUAL(read_and_compare(2000), -XEN_ENOTCONN);
    backend->config.ignores = 0;
    CHECK_EQUAL(read_and_compare(2000), 0);
    world_check_clean();
}

static uint64_t ready_at_us;
static struct backend *late;

static void ready_late(void *context, const struct store_request *request,
                       struct store_reply *reply)
{
    (void)context;
    (void)request;
    (void)reply;
    if (clock_now_us() >= ready_at_us && backend_state(late) == XenbusStateInitialising)
        backend_set_state(late, XenbusStateInitWait);
}

TEST(a_backend_that_is_ready_after_12_seconds_is_used_by_the_next_call)
{
    late = start(NULL);
    backend_set_state(late, XenbusStateInitialising);
    ready_at_us = clock_now_us() + 12000000;
    store_config.hook = ready_late;
    CHECK_EQUAL(read_and_compare(2000), -XEN_ENOTCONN);
    CHECK_EQUAL(read_and_compare(2000), 0);
    world_check_clean();
}

TEST(a_backend_that_vanishes_and_comes_back_is_used_by_the_next_call)
{
    struct backend *backend = start(NULL);

    backend_vanish(backend);
    CHECK(read_and_compare(2000) != 0);
    world_pass_ms(3000);
    backend->gone = false;
    backend_forget(backend);
    world_write_disk(backend);
    CHECK_EQUAL(read_and_compare(2000), 0);
    world_check_clean();
}

/* fault: backend and toolstack | the backend of a PV-only disk is gone for good | each call costs
 * its limit, and the log gets no further lines | also
 * the_second_call_to_a_disk_that_cannot_be_opened_logs_no_wait,
 * a_reset_of_a_disk_that_could_not_be_opened_takes_no_longer_than_another_call */
TEST(a_disk_whose_backend_is_gone_for_good_costs_each_call_little_and_is_not_logged_again)
{
    struct backend *backend = start(NULL);

    backend_vanish(backend);
    CHECK_EQUAL(read_and_compare(2000), -XEN_ENOTCONN);
    CHECK(log_has("xvde: not used"));
    for (unsigned i = 0; i < 10; i++) {
        limit_begin();
        CHECK_EQUAL(read_and_compare(2000), -XEN_ENOTCONN);
        limit_check(3000);
    }
    CHECK_EQUAL(vbd_failure_level(&disk->vbd), LOG_LEVEL_DEBUG);
}

/* fault: backend and toolstack | the backend of a disk that is emulated as well, or of one that
 * POST could not open, comes back | leaves the disk as it is until the machine is reset | also
 * a_disk_that_post_could_not_open_is_not_tried_again */
TEST(a_twin_that_fell_back_does_not_return_to_pv_when_its_backend_comes_back)
{
    struct backend *backend = start(role_emulated);

    backend->config.ignores = 1u << XenbusStateInitialised;
    CHECK_EQUAL(read_and_compare(2000), -XEN_ENOTCONN);
    backend->config.ignores = 0;
    unsigned connects = backend->connects;
    CHECK_EQUAL(read_and_compare(2000), -XEN_ENOTCONN);
    CHECK_EQUAL(backend->connects, connects);
}

TEST(a_disk_that_post_could_not_open_is_not_tried_again)
{
    world_reset();
    memset(&disks, 0, sizeof(disks));
    const struct disks_options options = {.mode = MODE_STRICT, .pool_pages = POOL_PAGES};
    struct backend *backend = world_add_disk(XVD(4));
    backend->config.ignores = ~0u;
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    disk = disks.disk[0];
    backend->config.ignores = 0;
    CHECK_EQUAL(read_and_compare(0), -XEN_ENOTCONN);
    CHECK_EQUAL(backend->connects, 0);
}
