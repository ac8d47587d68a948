/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The cost of sequential reads and writes by int13. The numbers are in counts.h. */
#include "copies.h"
#include "counts.h"
#include "firmware.h"
#include "test.h"
#include "xen/disk/disk_set.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_start.h"
#include "xen/disk/disks_transfer.h"
#include "xen/hv/hypercall.h"

#define SECTORS 2048u /* 1 MiB */

static struct disks disks;
static struct backend *backend;

static void start(enum handover_mode mode)
{
    const struct disks_options options = {
        .mode = mode,
        .pool_pages = VBD_POOL_PAGES_MAX,
        .cache_bytes = 24 * CACHE_LINE_BYTES,
    };

    world_reset();
    memset(&disks, 0, sizeof(disks));
    backend = world_add_disk(XVD(4));
    backend->config.persistent = false;
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
}

struct cost {
    unsigned notifications, requests, connections, copied, round_trips, hypercalls;
};

/* Hypercalls without yields, whose number depends on the backend. */
static unsigned hypercalls_without_waits(void)
{
    return hypercall_count() - xen_calls(__HYPERVISOR_sched_op, SCHEDOP_yield);
}

/* Read or write the first MiB, @count sectors per call. */
static struct cost move(uint32_t count, bool write)
{
    static uint8_t buffer[128 * SECTOR_BYTES];
    struct xenstore *store = &disks.core->store;
    struct cost cost = {.notifications = events_sent(),
                        .requests = backend->requests,
                        .connections = backend->connects,
                        .copied = copies_bytes,
                        .round_trips = store->round_trips,
                        .hypercalls = hypercalls_without_waits()};

    for (uint32_t sector = 0; sector < SECTORS; sector += count) {
        uint32_t left = SECTORS - sector;
        uint32_t now = left < count ? left : count;
        int error = write ? disks_write(disks.disk[0], sector, now, buffer)
                          : disks_read(disks.disk[0], sector, now, buffer);
        CHECK_EQUAL(error, 0);
    }
    cost.notifications = events_sent() - cost.notifications;
    cost.requests = backend->requests - cost.requests;
    cost.connections = backend->connects - cost.connections;
    cost.copied = copies_bytes - cost.copied;
    cost.round_trips = store->round_trips - cost.round_trips;
    cost.hypercalls = hypercalls_without_waits() - cost.hypercalls;
    return cost;
}

/* For modes in which disks stay open. */
static void check_reads(uint32_t count, unsigned notifications, unsigned requests, unsigned copied)
{
    start(MODE_LINGER);
    struct cost cost = move(count, false);

    CHECK_EQUAL(cost.notifications, notifications);
    CHECK_EQUAL(cost.requests, requests);
    CHECK_EQUAL(cost.copied, copied);
    CHECK_EQUAL(cost.round_trips, 0);
    CHECK_EQUAL(cost.connections, 0);
    /* Notifications are the only hypercalls. */
    CHECK_EQUAL(cost.hypercalls, notifications);
}

TEST(reading_a_mib_by_1_sector_has_the_listed_cost)
{
    check_reads(1, COUNT_MIB_BY_1_NOTIFICATIONS, COUNT_MIB_BY_1_REQUESTS, COUNT_MIB_BY_1_COPIED);
}

TEST(reading_a_mib_by_64_sectors_has_the_listed_cost)
{
    check_reads(64, COUNT_MIB_BY_64_NOTIFICATIONS, COUNT_MIB_BY_64_REQUESTS,
                COUNT_MIB_BY_64_COPIED);
}

TEST(reading_a_mib_by_127_sectors_has_the_listed_cost)
{
    check_reads(127, COUNT_MIB_BY_127_NOTIFICATIONS, COUNT_MIB_BY_127_REQUESTS,
                COUNT_MIB_BY_127_COPIED);
}

TEST(reading_cached_sectors_takes_no_hypercall)
{
    start(MODE_LINGER);
    move(64, false);
    struct cost cost = move(64, false);
    CHECK_EQUAL(cost.notifications, 0);
    CHECK_EQUAL(cost.hypercalls, 0);
    CHECK_EQUAL(cost.copied, SECTORS * SECTOR_BYTES);
}

TEST(writing_a_mib_takes_a_notification_for_each_call_and_copies_each_byte_once)
{
    static const uint32_t counts[] = {1, 64, 127};

    for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        start(MODE_LINGER);
        test_note("%u sectors", counts[i]);
        struct cost cost = move(counts[i], true);
        CHECK_EQUAL(cost.notifications, (SECTORS + counts[i] - 1) / counts[i]);
        CHECK_EQUAL(cost.hypercalls, cost.notifications);
        CHECK_EQUAL(cost.copied, SECTORS * SECTOR_BYTES);
    }
}

TEST(in_strict_mode_a_mib_takes_the_listed_connections)
{
    start(MODE_STRICT);
    CHECK_EQUAL(move(1, false).connections, COUNT_MIB_STRICT_CONNECTIONS);
    start(MODE_STRICT);
    CHECK_EQUAL(move(127, false).connections, COUNT_MIB_STRICT_CONNECTIONS);
}
