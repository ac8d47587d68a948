/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The cost of each operation. The numbers are in counts.h. */
#include "counts.h"
#include "firmware.h"
#include "test.h"
#include "xen/disk/disk_io.h"
#include "xen/hv/hypercall.h"

/* Hypercalls so far, without those of xenstore and without yields. */
static unsigned own_hypercalls(void)
{
    unsigned sends = xen_calls(__HYPERVISOR_event_channel_op, EVTCHNOP_send);

    return hypercall_count() - xen_calls(__HYPERVISOR_sched_op, SCHEDOP_yield) - sends +
           events_sent();
}

TEST(finding_connecting_and_closing_take_the_listed_requests_and_round_trips)
{
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);
    struct xenstore *store = &firmware.core->store;

    CHECK_EQUAL(store->round_trips, COUNT_FIND_ROUND_TRIPS);
    CHECK_EQUAL(store->requests, COUNT_FIND_REQUESTS);
    CHECK_EQUAL(store_requests(), store->requests);
    backend->config.latency_us = 0;
    unsigned cpuids = xen_cpuids();
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK_EQUAL(xen_cpuids() - cpuids, COUNT_CONNECT_CPUIDS);
    CHECK_EQUAL(store->round_trips - COUNT_FIND_ROUND_TRIPS, COUNT_CONNECT_ROUND_TRIPS);
    CHECK_EQUAL(store->requests - COUNT_FIND_REQUESTS, COUNT_CONNECT_REQUESTS);
    uint32_t requests = store->requests, round_trips = store->round_trips;
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(store->round_trips - round_trips, COUNT_CLOSE_ROUND_TRIPS);
    CHECK_EQUAL(store->requests - requests, COUNT_CLOSE_REQUESTS);
    CHECK_EQUAL(store_requests(), store->requests);
}

TEST(finding_connecting_and_closing_take_the_listed_hypercalls)
{
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);

    CHECK_EQUAL(own_hypercalls(), COUNT_START_HYPERCALLS);
    backend->config.flush = NULL;
    unsigned before = own_hypercalls();
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK_EQUAL(own_hypercalls() - before, COUNT_CONNECT_HYPERCALLS);
    before = own_hypercalls();
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(own_hypercalls() - before, COUNT_CLOSE_HYPERCALLS);
}

/* The backend responds during the notification, so that the firmware does not wait. */
static void check_read(uint32_t sectors, unsigned requests, unsigned notifications)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 0, 1), 0);
    unsigned requests_before = backend->requests, sent_before = events_sent();
    unsigned own_before = own_hypercalls(), trips_before = firmware.core->store.round_trips;
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 1, sectors), 0);
    CHECK_EQUAL(backend->requests - requests_before, requests);
    CHECK_EQUAL(events_sent() - sent_before, notifications);
    /* Notifications are the only hypercalls. */
    CHECK_EQUAL(own_hypercalls() - own_before, notifications);
    CHECK_EQUAL(firmware.core->store.round_trips, trips_before);
}

TEST(a_read_of_1_sector_takes_the_listed_requests_and_notifications)
{
    check_read(1, COUNT_READ_1_REQUESTS, COUNT_READ_1_NOTIFICATIONS);
}

TEST(a_read_of_64_sectors_takes_the_listed_requests_and_notifications)
{
    check_read(64, COUNT_READ_64_REQUESTS, COUNT_READ_64_NOTIFICATIONS);
}

TEST(a_read_of_127_sectors_takes_the_listed_requests_and_notifications)
{
    check_read(127, COUNT_READ_127_REQUESTS, COUNT_READ_127_NOTIFICATIONS);
}

/* A disk of a guest that is moved while the disk is open, or closed, until it is read. */
static void check_first_read_after_a_move(void (*move)(void), bool open, unsigned requests,
                                          unsigned round_trips, unsigned hypercalls)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);
    struct xenstore *store = &firmware.core->store;

    backend->config.latency_us = 0;
    if (!open)
        disk_io_close(firmware.vbd[0]);
    move();
    unsigned requests_before = store->requests, trips_before = store->round_trips;
    unsigned own_before = own_hypercalls();
    if (!open)
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 1, 1), 0);
    CHECK_EQUAL(backend->connects, 2);
    CHECK_EQUAL(store->requests - requests_before, requests);
    CHECK_EQUAL(store->round_trips - trips_before, round_trips);
    CHECK_EQUAL(own_hypercalls() - own_before, hypercalls);
}

TEST(the_first_read_of_an_open_disk_after_a_move_takes_the_listed_requests_and_hypercalls)
{
    check_first_read_after_a_move(world_restore, true, COUNT_MOVED_OPEN_REQUESTS,
                                  COUNT_MOVED_OPEN_ROUND_TRIPS, COUNT_MOVED_OPEN_HYPERCALLS);
}

TEST(the_first_read_of_a_closed_disk_after_a_move_takes_the_listed_requests_and_hypercalls)
{
    check_first_read_after_a_move(world_restore, false, COUNT_MOVED_CLOSED_REQUESTS,
                                  COUNT_MOVED_CLOSED_ROUND_TRIPS, COUNT_MOVED_CLOSED_HYPERCALLS);
}

static void move_to_the_same_path(void)
{
    world_restore_as(xen_config.domid, false, false);
}

TEST(the_first_read_of_a_closed_disk_after_a_move_to_the_same_path_takes_the_listed_requests)
{
    check_first_read_after_a_move(move_to_the_same_path, false, COUNT_MOVED_SAME_REQUESTS,
                                  COUNT_MOVED_SAME_ROUND_TRIPS, COUNT_MOVED_SAME_HYPERCALLS);
}
