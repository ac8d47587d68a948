/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Connecting and closing, with backends that do it in different ways. */
#include "firmware.h"
#include "life.h"
#include "test.h"
#include "xen/blk/vbd_connection.h"
#include "xen/blk/vbd_share.h"
#include "xen/disk/disk_io.h"
#include "xen/hv/special_frames.h"

#include <stdio.h>

TEST(a_disk_can_be_closed_and_connected_again_and_again)
{
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);

    for (unsigned i = 1; i <= 50; i++) {
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], i, i), 0);
        CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], i, i), 0);
        disk_io_close(firmware.vbd[0]);
        disk_io_close(firmware.vbd[0]);
        CHECK_EQUAL(backend->connects, i);
        CHECK_EQUAL(backend_state(backend), XenbusStateInitWait);
        world_check_clean();
    }
}

TEST(a_disk_is_named_in_the_log_at_first_and_after_a_fault)
{
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);
    struct vbd *vbd = firmware.vbd[0];
    uint8_t sector[SECTOR_BYTES];

    for (unsigned i = 0; i < 5; i++) {
        CHECK_EQUAL(disk_io_connect(vbd), 0);
        CHECK_EQUAL(vbd_log_level(vbd), i ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
        disk_io_close(vbd);
        CHECK_EQUAL(vbd_log_level(vbd), i ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
    }
    CHECK_EQUAL(disk_io_connect(vbd), 0);
    backend->config.deaf = true;
    CHECK_EQUAL(disk_io_read(vbd, 0, 1, sector), -XEN_ETIMEDOUT);
    CHECK_EQUAL(vbd_log_level(vbd), LOG_LEVEL_INFO);
    backend->config.deaf = false;
    CHECK_EQUAL(disk_io_connect(vbd), 0);
    CHECK_EQUAL(vbd_log_level(vbd), LOG_LEVEL_INFO);
    firmware_check_end(&firmware);
}

TEST(closing_a_disk_that_was_never_opened_does_nothing)
{
    struct firmware firmware;

    firmware_with_disk(&firmware);
    unsigned before = store_requests();
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(store_requests(), before);
    world_check_clean();
}

TEST(connecting_a_disk_that_is_connected_changes_nothing)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 1, 100), 0);
    CHECK_EQUAL(backend->connects, 1);
    disk_io_close(firmware.vbd[0]);
    world_check_clean();
}

TEST(closing_in_the_middle_of_connecting_leaves_nothing)
{
    for (unsigned steps = 0; steps < 12; steps++) {
        struct firmware firmware;
        struct backend *backend = firmware_with_disk(&firmware);

        backend->config.latency_us = 3000;
        vbd_connect_begin(firmware.vbd[0], firmware_options.connect_limit_ms);
        for (unsigned i = 0; i < steps; i++)
            vbd_step(firmware.vbd[0]);
        test_note("%u steps", steps);
        disk_io_close(firmware.vbd[0]);
        CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
        world_check_clean();
    }
}

/* fault: backend and toolstack | one backend of several does not answer | spends its limit once,
 * and uses the other disks | also a_disk_that_answers_is_used_beside_fifteen_that_do_not,
 * a_disk_of_larger_blocks_is_used_beside_one_that_does_not_answer | lab no-backend,
 * silent-backends */
TEST(several_disks_are_connected_side_by_side)
{
    struct firmware firmware;
    struct backend *dead;
    bool more = true;

    world_reset();
    world_add_disk(XVD(4));
    dead = world_add_disk(XVD(5));
    world_add_disk(XVD(6));
    dead->config.ignores = ~0u;
    CHECK_EQUAL(firmware_start(&firmware), 0);
    for (unsigned i = 0; i < 3; i++)
        vbd_connect_begin(firmware.vbd[i], firmware_options.connect_limit_ms);
    limit_begin();
    while (more) {
        more = false;
        for (unsigned i = 0; i < 3; i++)
            if (firmware.vbd[i]->state != VBD_CONNECTED)
                more |= vbd_step(firmware.vbd[i]);
    }
    limit_check(limit_connect_ms());
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CONNECTED);
    CHECK_EQUAL(firmware.vbd[1]->state, VBD_CLOSED);
    CHECK_EQUAL(firmware.vbd[2]->state, VBD_CONNECTED);
    firmware_check_end(&firmware);
}

/* fault: backend and toolstack | a backend is slow, or ready late | waits; logs it after a second |
 * also a_backend_that_becomes_ready_late_is_waited_for */
TEST(a_slow_backend_is_waited_for_and_logged)
{
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);

    backend->config.latency_us = 4000000;
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK(log_has("xvde: waiting for its backend"));
    backend->config.latency_us = 1000;
    firmware_check_end(&firmware);
}

TEST(a_backend_that_becomes_ready_late_is_waited_for)
{
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);

    backend_set_state(backend, XenbusStateInitialising);
    vbd_connect_begin(firmware.vbd[0], firmware_options.connect_limit_ms);
    while (clock_now_us() < 1000000)
        CHECK(vbd_step(firmware.vbd[0]));
    backend_set_state(backend, XenbusStateInitWait);
    while (vbd_step(firmware.vbd[0]))
        ;
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CONNECTED);
    firmware_check_end(&firmware);
}

TEST(the_backend_of_an_empty_drive_is_abandoned_after_the_limit)
{
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);

    backend_set_state(backend, XenbusStateInitialising);
    limit_begin();
    CHECK(disk_io_connect(firmware.vbd[0]) < 0);
    /* Plus the pause between two polls. */
    limit_check(CONNECT_LIMIT_MS + 100);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
    CHECK(log_has("is in state Initialising"));
    world_check_clean();
}

/* fault: xenstored | a commit is answered with EAGAIN | repeats the whole transaction, ten times
 * at most | also a_commit_that_always_fails_with_eagain_is_given_up */
TEST(a_commit_that_fails_with_eagain_is_repeated)
{
    for (unsigned times = 1; times < 10; times++) {
        struct firmware firmware;

        firmware_with_disk(&firmware);
        store_config.commit_eagain = times;
        test_note("%u times", times);
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        firmware_check_end(&firmware);
    }
}

TEST(a_commit_that_always_fails_with_eagain_is_given_up)
{
    struct firmware firmware;

    firmware_with_disk(&firmware);
    store_config.commit_eagain = UINT32_MAX;
    limit_begin();
    CHECK(disk_io_connect(firmware.vbd[0]) < 0);
    limit_check(limit_connect_ms());
    CHECK(log_has("EAGAIN"));
    firmware_check_end(&firmware);
}

/* fault: backend and toolstack | a backend refuses the connection (Closing) | closes the disk at
 * once */
TEST(a_backend_that_refuses_is_abandoned_at_once)
{
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);

    /* The grants are not for this domain: it cannot map them, and goes to Closing. */
    backend->config.domid = 9;
    limit_begin();
    CHECK(disk_io_connect(firmware.vbd[0]) < 0);
    limit_check(1000);
    CHECK(log_has("refused"));
    firmware_check_end(&firmware);
}

/* fault: backend and toolstack | a backend does not react to some or all states | does not use the
 * disk, and closes it after the limit; it is lost if the backend keeps pages | also
 * the_backend_of_an_empty_drive_is_abandoned_after_the_limit */
TEST(a_backend_that_ignores_a_state_is_abandoned_after_the_limit)
{
    /* One bit for each state of the frontend. */
    for (unsigned ignores = 0; ignores < 128; ignores += 2) {
        struct firmware firmware;
        struct backend *backend;

        world_reset();
        backend = world_add_disk(XVD(4));
        backend->config.ignores = ignores;
        test_note("states %x", ignores);
        struct life life = life_run(&firmware);
        /* The backend connects at either of the two states. */
        bool connects = !(ignores & 1u << XenbusStateInitialised);
        CHECK_EQUAL(life.connect == 0, connects);
        bool unmaps = !(ignores & (1u << XenbusStateClosing | 1u << XenbusStateClosed));
        if (connects)
            CHECK_EQUAL(firmware.vbd[0]->state, unmaps ? VBD_CLOSED : VBD_LOST);
        firmware_check_end(&firmware);
    }
}

static void check_is_good_again(struct firmware *firmware)
{
    CHECK_EQUAL(disk_io_connect(firmware->vbd[0]), 0);
    CHECK_EQUAL(firmware_read_and_compare(firmware->vbd[0], 1, 20), 0);
    firmware_check_end(firmware);
    CHECK_EQUAL(firmware->vbd[0]->state, VBD_CLOSED);
}

/* fault: backend and toolstack | a backend keeps pages mapped after the close | the disk is lost:
 * neither connected nor touched; a later close or connection checks whether the backend has
 * released them | also closing_a_lost_disk_again_ends_the_grants_that_the_backend_has_released */
TEST(a_disk_whose_backend_keeps_pages_is_lost_until_it_releases_them)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    firmware_lose(firmware.vbd[0], backend);
    CHECK(log_has("still holds our pages"));
    /* This also checks that the firmware does not touch those pages. */
    firmware_check_end(&firmware);

    firmware_release_pages(backend);
    check_is_good_again(&firmware);
}

/* More than a system with two network cards and two busy disks of eight queues each has. */
#define SYSTEM_REFS 15000u

/* fault: backend and toolstack | a backend keeps pages mapped while an operating system boots from
 * another disk, and does not look at the table's entries before it writes them | these pages have
 * references that the system does not reach. Xen would give a backend in the same domain the
 * firmware's page for what the system grants by such a reference */
TEST(the_pages_of_a_lost_disk_have_references_that_no_system_reaches)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    firmware_lose(firmware.vbd[0], backend);
    CHECK(grants_mapped() > 0);
    for (uint32_t reference = 0; reference < SYSTEM_REFS; reference++)
        CHECK_EQUAL(grants_entry(reference)->flags, 0);
    firmware_check_end(&firmware);
}

TEST(closing_a_lost_disk_again_ends_the_grants_that_the_backend_has_released)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    firmware_lose(firmware.vbd[0], backend);
    firmware_release_pages(backend);
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
    world_check_clean();
}

/* Like a backend in a dom0 that is busy with another device. */
/* fault: backend and toolstack | a backend follows a close after the limit | the disk is lost
 * until then; the backend finds the state Closed, releases the pages, and the disk can be
 * connected again | lab hostile-backend */
TEST(a_backend_that_is_too_slow_to_close_still_finds_the_state_closed)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    backend->config.latency_us = 2 * firmware_options.close_limit_ms * 1000;
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_LOST);
    world_pass_ms(4 * firmware_options.close_limit_ms);
    CHECK(!backend->ring);
    backend->config.latency_us = 1000;
    check_is_good_again(&firmware);
}

static unsigned frontend_state_written(void)
{
    return store_written("/local/domain/1/device/vbd/51776", "state");
}

/* fault: backend and toolstack | Linux' backend is told to close while its device stands still, and
 * releases nothing until the frontend's state is written again | writes it again, at most once a
 * second, when a call finds the disk lost; once the device goes on, the disk can be connected again
 * | lab dom0-stall */
TEST(a_backend_that_was_busy_at_the_close_is_told_again_until_it_releases_the_pages)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    backend->config.stays_busy = backend->config.silent = true;
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 1, 20), -XEN_ETIMEDOUT);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_LOST);

    /* The first call writes it, the next ones only after a second. */
    unsigned written = frontend_state_written();
    CHECK(disk_io_connect(firmware.vbd[0]) < 0);
    CHECK(frontend_state_written() != written);
    written = frontend_state_written();
    CHECK(disk_io_connect(firmware.vbd[0]) < 0);
    CHECK_EQUAL(frontend_state_written(), written);
    world_pass_ms(1000);
    CHECK(disk_io_connect(firmware.vbd[0]) < 0);
    CHECK(frontend_state_written() != written);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_LOST);

    backend->config.silent = false;
    world_pass_ms(1000);
    CHECK(backend->ring);
    CHECK(disk_io_connect(firmware.vbd[0]) < 0);
    check_is_good_again(&firmware);
}

/* Lose a disk, whose backend then releases the pages, and let an operating system take it. */
static void lose_to_an_operating_system(struct firmware *firmware)
{
    struct backend *backend = firmware_connected(firmware);

    firmware_lose(firmware->vbd[0], backend);
    firmware_release_pages(backend);
    store_write("/local/domain/1/device/vbd/51776/state", "4");
}

/* fault: backend and toolstack | an operating system has taken a lost disk | does not touch its
 * directory */
TEST(a_lost_disk_that_an_operating_system_has_taken_is_not_touched)
{
    struct firmware firmware;

    lose_to_an_operating_system(&firmware);
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_LOST);
    CHECK(!strcmp(store_read("/local/domain/1/device/vbd/51776/state"), "4"));
    CHECK(!memory_special_is_mapped(SPECIAL_FRAMES_FIRST));
    store_write("/local/domain/1/device/vbd/51776/state", "1");
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
    world_check_clean();
}

static void refuse_state(void *context, const struct store_request *request,
                         struct store_reply *reply)
{
    (void)context;
    if (strstr(request->payload, "device/vbd/51776/state"))
        store_make_error(reply, "EIO");
}

/* fault: xenstored | it does not say whether an operating system has taken a lost disk | does not
 * map the grant table, which that system may have mapped elsewhere */
TEST(a_lost_disk_is_left_alone_while_xenstored_does_not_say_whose_it_is)
{
    struct firmware firmware;

    lose_to_an_operating_system(&firmware);
    store_config.hook = refuse_state;
    xen_config.grants_taken = true;
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_LOST);
    xen_config.grants_taken = false;
    store_config.hook = NULL;
    store_write("/local/domain/1/device/vbd/51776/state", "1");
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
    world_check_clean();
}

static void map_first_grant(void)
{
    CHECK(grants_map(0, GRANT_FIRST_REF, true));
}

/* fault: backend and toolstack | a backend maps pages before their references are published | the
 * disk is lost, as if the backend kept them */
TEST(a_backend_that_maps_pages_before_they_are_published_makes_the_disk_lost)
{
    struct firmware firmware;

    firmware_with_disk(&firmware);
    /* The backend guesses the reference, between the grants and a port that cannot be allocated. */
    xen_fault = (struct xen_fault){
        .number = __HYPERVISOR_event_channel_op,
        .operation = EVTCHNOP_alloc_unbound,
        .times = 1,
        .error = -XEN_ENOSPC,
        .on_hit = map_first_grant,
    };
    disk_io_connect(firmware.vbd[0]);
    firmware_check_end(&firmware);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_LOST);
}

/* fault: backend and toolstack | the toolstack detaches a disk in use | serves the disk as long as
 * the backend does, then closes it */
TEST(a_disk_that_the_toolstack_detaches_is_closed)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    /* Like blkback, the backend goes on serving until the frontend follows. */
    backend_set_state(backend, XenbusStateClosing);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 1, 20), 0);
    firmware_check_end(&firmware);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
}
