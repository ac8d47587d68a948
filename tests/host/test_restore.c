/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Connections that the firmware loses: by a restore, a migration, or a restart of a backend. */
#include "firmware.h"
#include "life.h"
#include "model/memory.h"
#include "moment.h"
#include "store_client.h"
#include "test.h"
#include "xen/disk/disk_io.h"

/* More than the waits in any life. */
#define YIELDS_MAX 2000u

/* fault: restore and migration | a restore between two transfers, within one, or at any moment of
 * connecting and closing | connects again, to another backend if there is one, and repeats the
 * whole transfer; the caller does not notice | also
 * a_restore_in_the_middle_of_a_transfer_is_not_seen, a_restore_at_any_moment_of_a_disk_is_not_seen,
 * a_migration_to_a_host_with_another_driver_domain_is_not_seen | lab restore, migrate */
TEST(a_restore_between_transfers_is_not_seen)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    for (unsigned i = 1; i <= 5; i++) {
        CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], i, 20), 0);
        world_restore();
        CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], i, 20), 0);
        world_restore();
        CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], i, 20), 0);
        world_restore();
        CHECK_EQUAL(disk_io_flush(firmware.vbd[0]), 0);
        CHECK_EQUAL(backend->connects, 1 + 3 * i);
    }
    disk_io_close(firmware.vbd[0]);
    world_check_clean();
}

/* The request at which the guest is saved, and which gets no response; and whether to save it at
 * later ones too. */
static unsigned restore_at;
static bool restore_always;

static bool restore_at_request(void *context, struct backend *backend,
                               const struct backend_request *request)
{
    (void)context;
    (void)backend;
    (void)request;
    if (restore_at) {
        restore_at--;
        return false;
    }
    restore_at = restore_always ? 0 : UINT32_MAX;
    world_restore();
    return true;
}

TEST(a_restore_in_the_middle_of_a_transfer_is_not_seen)
{
    /* 512 sectors are eight requests. */
    for (unsigned at = 0; at < 8; at++) {
        struct firmware firmware;
        struct backend *backend = firmware_connected(&firmware);

        test_note("request %u", at);
        backend->config.hook = restore_at_request;
        restore_at = at;
        CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 7, 512), 0);
        CHECK_EQUAL(backend->connects, 2);
        restore_at = at;
        CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], 7, 512), 0);
        CHECK_EQUAL(backend->connects, 3);
        restore_at = 0;
        CHECK_EQUAL(disk_io_flush(firmware.vbd[0]), 0);
        CHECK_EQUAL(backend->connects, 4);
        backend->config.hook = NULL;
        firmware_check_end(&firmware);
    }
}

/* fault: restore and migration | another restore while the transfer is repeated | returns an error:
 * a transfer is repeated only once */
TEST(a_transfer_is_repeated_once_and_not_for_ever)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);
    uint8_t sector[SECTOR_BYTES];

    backend->config.hook = restore_at_request;
    restore_at = 0;
    restore_always = true;
    limit_begin();
    CHECK_EQUAL(disk_io_read(firmware.vbd[0], 0, 1, sector), -XEN_ENOTCONN);
    limit_check(limit_repeated_ms());
    CHECK_EQUAL(backend->connects, 2);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
    firmware_check_end(&firmware);
}

/* fault: restore and migration | a restore while all disks are closed | notices it at the next
 * connection */
TEST(a_restore_while_all_disks_are_closed_is_not_seen)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    disk_io_close(firmware.vbd[0]);
    world_restore();
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK(!strcmp(firmware.vbd[0]->backend, backend->path));
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 1, 20), 0);
    firmware_check_end(&firmware);
}

static struct backend *restored;
static unsigned connects_before; /* the restore */

/* The guest has the same number there, so the path of the backend is the same. */
static void restore_to_another_kind(void)
{
    connects_before = restored->connects;
    restored->config.kind = BACKEND_FREEBSD;
    world_restore_as(xen_config.domid, false, false);
}

static void check_left_alone(const struct firmware *firmware)
{
    CHECK(log_has("xvde: left alone"));
    CHECK_EQUAL(firmware->vbd[0]->state, VBD_CLOSED);
    CHECK_EQUAL(restored->seen, XenbusStateInitialising);
    CHECK_EQUAL(restored->connects, connects_before);
    world_check_clean();
}

/* fault: restore and migration | a guest is moved to a host where the backend at the same path is
 * of a kind that is not known to be ready again after a close | leaves it alone: writes nothing for
 * it | also a_backend_of_another_kind_is_left_alone_whenever_a_restore_brings_it */
TEST(a_backend_of_another_kind_at_the_same_path_after_a_restore_is_left_alone)
{
    struct firmware firmware;

    restored = firmware_connected(&firmware);
    disk_io_close(firmware.vbd[0]);
    restore_to_another_kind();
    CHECK(disk_io_connect(firmware.vbd[0]) < 0);
    check_left_alone(&firmware);
}

TEST(a_backend_of_another_kind_is_left_alone_whenever_a_restore_brings_it)
{
    static const enum moment moments[] = {MOMENT_LOOK, MOMENT_HYPERCALL};

    for (unsigned i = 0; i < 2; i++) {
        bool came = true;

        for (unsigned at = 0; came; at++) {
            struct firmware firmware;

            restored = firmware_connected(&firmware);
            disk_io_close(firmware.vbd[0]);
            test_note("moment %u of kind %u", at, i);
            moment_begin(moments[i], at, restore_to_another_kind);
            int error = disk_io_connect(firmware.vbd[0]);
            came = moment_end();
            if (!error)
                error = firmware_read_and_compare(firmware.vbd[0], 1, 3);
            CHECK_EQUAL(error == 0, !came);
            if (came)
                CHECK_EQUAL(restored->connects, connects_before);
        }
    }
}

TEST(a_migration_to_a_host_with_another_driver_domain_is_not_seen)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    backend->config.domid = 7;
    world_restore();
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 1, 20), 0);
    CHECK_EQUAL(firmware.vbd[0]->backend_id, 7);
    firmware_check_end(&firmware);
}

/* fault: restore and migration | a restore, then a close | leaves the new directory and backend as
 * they are */
TEST(a_restored_disk_that_is_closed_asks_nothing_of_its_new_backend)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    world_restore();
    unsigned before = store_requests();
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
    /* Only to read whether the mark is still there. */
    CHECK_EQUAL(store_requests() - before, 1);
    CHECK_EQUAL(backend_state(backend), XenbusStateInitWait);
    world_check_clean();
}

/* fault: restore and migration | a restore with several disks open | connects each disk again at
 * its next transfer, and does not touch references and ports that have another owner by then */
TEST(several_disks_survive_a_restore_without_harming_each_other)
{
    struct firmware firmware;

    world_reset();
    for (unsigned i = 0; i < 3; i++)
        world_add_disk(XVD(4 + i));
    CHECK_EQUAL(firmware_start(&firmware), 0);
    for (unsigned i = 0; i < 3; i++)
        CHECK_EQUAL(disk_io_connect(firmware.vbd[i]), 0);
    world_restore();
    /* The last disk gets the references that the first one had. */
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[2], 1, 20), 0);
    CHECK_EQUAL(firmware.vbd[2]->ring_ref, firmware.vbd[0]->ring_ref);
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[2], 1, 20), 0);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[1], 1, 20), 0);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[2], 1, 20), 0);
    firmware_check_end(&firmware);
}

/* fault: restore and migration | a restore of a guest with a lost disk | the disk can be connected
 * again */
TEST(a_lost_disk_is_usable_after_a_restore)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    firmware_lose(firmware.vbd[0], backend);
    world_check_frames_clean();
    backend->config.keeps_pages = false;
    world_restore();
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
    world_check_clean();
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    firmware_check_end(&firmware);
}

TEST(grants_of_a_lost_disk_stay_its_own_while_the_table_is_not_mapped)
{
    struct firmware firmware;

    world_reset();
    struct backend *backend = world_add_disk(XVD(4));
    world_add_disk(XVD(5));
    CHECK_EQUAL(firmware_start(&firmware), 0);
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    firmware_lose(firmware.vbd[0], backend);
    CHECK_EQUAL(disk_io_connect(firmware.vbd[1]), 0);
    CHECK(firmware.vbd[1]->ring_ref != firmware.vbd[0]->ring_ref);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[1], 1, 20), 0);
    firmware_check_end(&firmware);
}

static void restore_at_any_moment(void (*restore)(void))
{
    bool hit = true;

    firmware_use_short_limits();
    for (unsigned at = 0; hit && at < YIELDS_MAX; at++) {
        struct firmware firmware;

        world_reset();
        restored = world_add_disk(XVD(4));
        xen_at_wait(at, restore);
        test_note("wait %u", at);
        struct life life = life_run(&firmware);
        hit = xen_fault.hits;
        /* Only the search for disks is not repeated; POST does it again at the next reset. */
        CHECK(life_was_good(&life) || (hit && !firmware.disks));
        firmware_check_end(&firmware);
    }
    CHECK(!hit);
}

TEST(a_restore_at_any_moment_of_a_disk_is_not_seen)
{
    restore_at_any_moment(world_restore);
}

static void restore_with_other_names(void)
{
    world_restore();
    backend_write_key(restored, "params", "/host-b.img");
}

/* fault: restore and migration | a restore at any moment, after which the images have other names |
 * the caller does not notice */
TEST(a_restore_at_any_moment_to_images_with_other_names_is_not_seen)
{
    restore_at_any_moment(restore_with_other_names);
}

static void pause_a_minute(void)
{
    clock_stop_us(60000000);
}

static void restore_a_minute_later(void)
{
    world_restore();
    pause_a_minute();
}

/* On real Xen a migration to a busy host has stopped a guest for ten seconds. */
/* fault: time | dom0 pauses the guest, or a migration stops it, for longer than any limit | the
 * clock counts half a second of each stop at most | also
 * a_pause_that_takes_longer_than_all_limits_is_not_seen */
TEST(a_restore_that_takes_longer_than_all_limits_is_not_seen)
{
    restore_at_any_moment(restore_a_minute_later);
}

TEST(a_pause_that_takes_longer_than_all_limits_is_not_seen)
{
    restore_at_any_moment(pause_a_minute);
}

/* fault: restore and migration | a restore while a request to xenstored is in flight, or a message
 * is half sent | notices the cleared ring before it writes more, fails the requests in flight, and
 * goes on with the new ring */
TEST(a_restore_that_keeps_the_number_of_the_port_of_xenstore_is_not_seen)
{
    restore_at_any_moment(world_restore_same_port);
}

/**** Other ways to lose a connection ****/

/* fault: restore and migration | an event channel does not work | connects again and repeats the
 * transfer */
TEST(a_dead_port_is_not_seen_by_the_caller)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    xen_fault = (struct xen_fault){
        .number = __HYPERVISOR_event_channel_op,
        .operation = EVTCHNOP_send,
        .times = 1,
        .error = -XEN_EINVAL,
    };
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 1, 20), 0);
    CHECK_EQUAL(xen_fault.hits, 1);
    CHECK_EQUAL(backend->connects, 2);
    firmware_check_end(&firmware);
}

/* fault: restore and migration | a backend is restarted | notices it within two seconds, connects
 * again and repeats the transfer */
TEST(a_restarted_backend_is_connected_to_again)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    /* The backend has seen before that the frontend is connected. */
    world_pass_ms(10);
    backend_disconnect(backend);
    backend_set_state(backend, XenbusStateInitWait);
    limit_begin();
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 1, 20), 0);
    limit_check(2000 + limit_close_ms() + limit_connect_ms());
    CHECK_EQUAL(backend->connects, 2);
    firmware_check_end(&firmware);
}

/* fault: restore and migration | dom0 closes a connection | connects again and repeats the
 * transfer */
TEST(a_disk_that_dom0_has_closed_is_opened_again)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    /* As the daemon does: the backend's side, then the directory, then the grants. */
    backend_disconnect(backend);
    backend_set_state(backend, XenbusStateInitWait);
    world_write_disk(backend);
    memset(memory_grant_frame(GRANT_FIRST_FRAME), 0, PAGE_BYTES);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 1, 20), 0);
    CHECK_EQUAL(backend->connects, 2);
    disk_io_close(firmware.vbd[0]);
    world_check_store_clean();
    world_check_grants_clean();
}

/**** The xenstore client ****/

/* fault: restore and migration | xenstored has broken the protocol, and the firmware looks for its
 * page again | the client stays closed; after a restore it is open again */
TEST(a_client_closed_for_a_fault_stays_closed_when_xenstore_is_found_again)
{
    struct xenstore *store = client_start();

    xenstore_ring_close(&store->ring, "closed by the test");
    CHECK_EQUAL(xenstore_find(store), 0);
    CHECK(xenstore_is_closed(store));
    world_restore();
    CHECK_EQUAL(xenstore_find(store), 0);
    client_check_works(store);
}
