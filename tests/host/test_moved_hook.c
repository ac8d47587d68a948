/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A guest in hook mode that is moved: to a host with a daemon, or without one. */
#include "counts.h"
#include "firmware.h"
#include "model/clock.h"
#include "model/xen.h"
#include "test.h"
#include "xen/base/handover.h"

#include <stdio.h>

#define HOME     "/local/domain/1/"
#define FRONTEND HOME "device/vbd/51776/"
#define DISKS    3u

static struct disks disks;
static struct disks_options options;
static struct backend *backend[DISKS];

/* The daemon of this host: it claims the ports once it finds a mark that asks for that. */
static bool daemon_claims;
static unsigned seeks; /* how often the firmware has asked whether it attends to the guest */

static bool has_mark(unsigned i, const char *mode)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/" HANDOVER_MARK, backend[i]->frontend);
    const char *mark = store_read(path);
    return mark && !strncmp(mark, mode, strlen(mode));
}

static void daemon_watch(void *context, const struct store_request *request,
                         struct store_reply *reply)
{
    (void)context, (void)reply;
    if (request->header.type == XS_READ && !strcmp(request->payload, HANDOVER_HOOK))
        seeks++;
    if (!daemon_claims || !store_read(HOME HANDOVER_HOOK) || store_read(HOME HANDOVER_CLAIM))
        return;
    for (unsigned i = 0; i < disks.count; i++)
        if (has_mark(i, "hook "))
            store_write(HOME HANDOVER_CLAIM, HANDOVER_VERSION);
}

static void daemon_attends(void)
{
    store_write(HOME HANDOVER_HOOK, HANDOVER_VERSION);
}

/* Make a guest with @count disks, in hook mode. */
static void start(unsigned count)
{
    world_reset();
    memset(&disks, 0, sizeof(disks));
    options = (struct disks_options){
        .mode = MODE_AUTO,
        .hook_limit_ms = 500,
        .pool_pages = DISKS * POOL_PAGES,
    };
    for (unsigned i = 0; i < count; i++)
        backend[i] = world_add_disk(XVD(4 + i));
    daemon_attends();
    store_write(HOME HANDOVER_CLAIM, HANDOVER_VERSION);
    /* A guest takes longer to start, and the first second has no look for a daemon. */
    world_pass_ms(1000);
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    CHECK_EQUAL(disks.count, count);
    CHECK_EQUAL(disks.core->mode, MODE_HOOK);
    store_config.hook = daemon_watch;
    daemon_claims = true;
    seeks = 0;
}

/* Move the guest to a host whose daemon does not know it yet. */
static void move(void (*restore)(void))
{
    tree_remove(&store_tree, HOME HANDOVER_HOOK);
    tree_remove(&store_tree, HOME HANDOVER_CLAIM);
    restore();
}

static void read_and_compare(unsigned i)
{
    uint8_t sector[SECTOR_BYTES], expected[SECTOR_BYTES];

    CHECK_EQUAL(disks_read(disks.disk[i], 1000, 1, sector), 0);
    disk_read(1000, expected);
    CHECK(!memcmp(sector, expected, SECTOR_BYTES));
}

static void call(unsigned i)
{
    read_and_compare(i);
    /* The rule of hook mode. */
    CHECK(!disks_are_open(&disks) || store_read(HOME HANDOVER_CLAIM));
}

static void check_hooked(unsigned i, unsigned connects)
{
    CHECK_EQUAL(disks.core->mode, MODE_HOOK);
    CHECK_EQUAL(disks.disk[i]->vbd.state, VBD_CONNECTED);
    CHECK(has_mark(i, "hook "));
    CHECK(store_read(HOME HANDOVER_CLAIM));
    CHECK_EQUAL(backend[i]->connects, connects);
}

static void check_strict(void)
{
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    CHECK(!disks_are_open(&disks));
    world_check_store_clean();
    world_check_grants_clean();
}

static void end(void)
{
    disks_close_all(&disks);
    world_check_clean();
}

/* How long before the move a disk was called, and when the claim was checked. */
enum pause {
    PAUSE_NONE,  /* the transfer finds that its connection is gone */
    PAUSE_SHORT, /* the check of the claim, which is due, finds it */
    PAUSE_LONG,  /* the check of the disk's owner finds it */
    PAUSES,
};

static void pause_before_move(enum pause pause)
{
    if (pause == PAUSE_SHORT) {
        world_pass_ms(600);
        for (unsigned i = 0; i < disks.count; i++)
            call(i);
        world_pass_ms(600);
    }
    if (pause == PAUSE_LONG)
        world_pass_ms(1500);
}

/* Connections of a disk whose transfer finds the move, and of one that is found by a check: the
 * first is connected again in the middle of a call, before a daemon is sought. */
static unsigned connects_after(enum pause pause)
{
    return pause == PAUSE_NONE ? 3 : 2;
}

/* fault: restore and migration | a guest in hook mode is moved to a host with a daemon | notices
 * that its event channels are gone; is strict until the daemon attends to it, and after the claim
 * in hook mode again | also
 * a_guest_in_hook_mode_is_strict_after_a_move_until_a_daemon_attends_to_it,
 * all_disks_of_a_guest_that_is_moved_are_in_hook_mode_again,
 * a_guest_that_has_closed_its_disks_for_the_move_returns_to_hook_mode | lab hook-moves */
TEST(a_guest_that_is_moved_to_a_host_with_a_daemon_stays_in_hook_mode)
{
    static void (*const restores[])(void) = {world_restore, world_migrate, world_restore_same_port};

    for (unsigned i = 0; i < 3; i++) {
        for (enum pause pause = 0; pause < PAUSES; pause++) {
            test_note("restore %u, pause %u", i, pause);
            start(1);
            pause_before_move(pause);
            move(restores[i]);
            daemon_attends();
            call(0);
            call(0);
            check_hooked(0, connects_after(pause));
            CHECK(log_has("hand-over: the guest was moved: strict until a daemon attends to it"));
            CHECK(log_has("hand-over: hook again"));
            /* It stays open. */
            for (unsigned again = 0; again < 10; again++) {
                world_pass_ms(400);
                call(0);
            }
            check_hooked(0, connects_after(pause));
            end();
        }
    }
}

TEST(all_disks_of_a_guest_that_is_moved_are_in_hook_mode_again)
{
    for (enum pause pause = 0; pause < PAUSES; pause++) {
        start(DISKS);
        test_note("pause %u", pause);
        pause_before_move(pause);
        move(world_restore);
        daemon_attends();
        for (unsigned turn = 0; turn < 2; turn++)
            for (unsigned i = 0; i < DISKS; i++)
                call(i);
        check_hooked(0, connects_after(pause));
        check_hooked(1, 2);
        check_hooked(2, 2);
        /* One channel shows the move for all. */
        CHECK_EQUAL(xen_calls(__HYPERVISOR_event_channel_op, EVTCHNOP_status), 1);
        end();
    }
}

TEST(a_guest_in_hook_mode_is_strict_after_a_move_until_a_daemon_attends_to_it)
{
    struct xenstore *store;
    uint64_t begin_us;

    start(1);
    store = &disks.core->store;
    backend[0]->config.latency_us = 0;
    pause_before_move(PAUSE_LONG);
    move(world_restore);
    begin_us = clock_now_us();
    for (unsigned calls = 0; calls < 50; calls++) {
        unsigned seeks_before = seeks, before = store->requests, trips = store->round_trips;

        call(0);
        check_strict();
        before = store->requests - before;
        trips = store->round_trips - trips;
        /* The first call also finds the move, and the kind of the new backend. */
        if (calls) {
            unsigned sought = seeks - seeks_before;

            CHECK(sought <= 1);
            CHECK_EQUAL(before, COUNT_CONNECT_REQUESTS - COUNT_PROBE_REQUESTS +
                                    COUNT_CLOSE_REQUESTS + sought * COUNT_SEEK_HOOK_REQUESTS);
            CHECK_EQUAL(trips, COUNT_CONNECT_ROUND_TRIPS + COUNT_CLOSE_ROUND_TRIPS +
                                   sought * COUNT_SEEK_HOOK_ROUND_TRIPS);
        }
        world_pass_ms(200);
    }
    /* Once at once, and then once in each second, as far as there is a call. */
    unsigned seconds = (unsigned)((clock_now_us() - begin_us) / 1000000);
    CHECK(seeks <= 1 + seconds);
    CHECK(seeks >= seconds / 2);
    daemon_attends();
    world_pass_ms(1000);
    unsigned connects = backend[0]->connects;
    call(0);
    check_hooked(0, connects + 1);
    end();
}

/* fault: daemon | it attends to a guest that was moved, and does not claim the ports | waits for
 * the claim once; this boot is strict */
TEST(a_daemon_that_claims_nothing_after_a_move_is_waited_for_once)
{
    start(1);
    pause_before_move(PAUSE_LONG);
    move(world_restore);
    daemon_attends();
    daemon_claims = false;
    limit_begin();
    call(0);
    limit_check(options.hook_limit_ms + 200);
    CHECK(log_has("did not claim its ports"));
    check_strict();
    unsigned before = seeks;
    daemon_claims = true;
    for (unsigned calls = 0; calls < 20; calls++) {
        world_pass_ms(200);
        call(0);
        check_strict();
    }
    CHECK_EQUAL(seeks, before);
    end();
}

static void daemon_closes_disk(unsigned i)
{
    static const char *const keys[] = {HANDOVER_KEYS};
    char path[128];

    backend_disconnect(backend[i]);
    backend_set_state(backend[i], XenbusStateInitWait);
    snprintf(path, sizeof(path), "%s/state", backend[i]->frontend);
    store_write(path, "1");
    for (unsigned k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
        snprintf(path, sizeof(path), "%s/%s", backend[i]->frontend, keys[k]);
        tree_remove(&store_tree, path);
    }
}

/* What the daemon does while the guest's processor waits. Its own key stays. */
static void daemon_closes(void)
{
    for (unsigned i = 0; i < disks.count; i++)
        daemon_closes_disk(i);
    tree_remove(&store_tree, HOME HANDOVER_CLAIM);
    memset(memory_grant_frame(GRANT_FIRST_FRAME), 0, PAGE_BYTES);
}

static void check_strict_for_good(void)
{
    for (unsigned calls = 0; calls < 10; calls++) {
        call(0);
        check_strict();
        world_pass_ms(400);
    }
    CHECK(!log_has("the guest was moved"));
    CHECK_EQUAL(seeks, 0);
}

/* fault: daemon | it has closed the disks for a system, and would claim the ports again | is strict
 * for good, whatever finds that first: only a move, which ends event channels, too, makes it seek a
 * daemon | also a_hand_over_that_the_call_to_another_drive_finds_makes_the_boot_strict,
 * a_hand_over_soon_after_the_claim_was_checked_makes_the_boot_strict */
TEST(a_hand_over_is_not_taken_for_a_move)
{
    for (enum pause pause = 0; pause < PAUSES; pause++) {
        start(1);
        test_note("pause %u", pause);
        pause_before_move(pause);
        daemon_closes();
        check_strict_for_good();
    }
}

/* With a write that the daemon has not flushed, the disk is connected once more there. */
TEST(a_hand_over_that_the_call_to_another_drive_finds_makes_the_boot_strict)
{
    static const uint8_t sector[SECTOR_BYTES];

    for (unsigned write = 0; write < 2; write++) {
        start(1);
        test_note("write %u", write);
        if (write)
            CHECK_EQUAL(disks_write(disks.disk[0], 2000, 1, sector), 0);
        pause_before_move(PAUSE_LONG);
        daemon_closes();
        disks_close_idle(&disks);
        check_strict();
        CHECK(!store_read(HOME HANDOVER_CLAIM));
        check_strict_for_good();
    }
}

/* As when a daemon that was stopped has closed both disks, and one was opened again for the next
 * daemon. */
TEST(a_boot_that_the_call_to_another_drive_makes_strict_has_no_disk_open)
{
    start(2);
    pause_before_move(PAUSE_LONG);
    call(1);
    daemon_closes_disk(0);
    struct grant_entry_v1 *entries = grants_entry(disks.vbd[0]->ring_ref);
    memset(entries, 0, (1 + disks.vbd[0]->pool_pages) * sizeof(*entries));
    CHECK_EQUAL(disks.vbd[1]->state, VBD_CONNECTED);
    disks_close_idle(&disks);
    check_strict();
    CHECK(!disks_are_open(&disks));
    CHECK_EQUAL(disks_kept(&disks), DISKS_NOT_KEPT);
}

TEST(a_hand_over_soon_after_the_claim_was_checked_makes_the_boot_strict)
{
    start(2);
    pause_before_move(PAUSE_LONG);
    call(1);
    world_pass_ms(300);
    daemon_closes();
    check_strict_for_good();
}

/* fault: restore and migration | Xen does not say whether an event channel is gone | takes it for a
 * hand-over, not for a move: strict for good */
TEST(a_move_that_xen_does_not_confirm_makes_the_boot_strict)
{
    start(1);
    pause_before_move(PAUSE_LONG);
    move(world_restore);
    daemon_attends();
    xen_fault = (struct xen_fault){
        .number = __HYPERVISOR_event_channel_op,
        .operation = EVTCHNOP_status,
        .times = 1,
        .error = -XEN_ENOSYS,
    };
    for (unsigned calls = 0; calls < 10; calls++) {
        call(0);
        check_strict();
        world_pass_ms(400);
    }
    CHECK_EQUAL(xen_fault.hits, 1);
    CHECK_EQUAL(seeks, 0);
    end();
}

TEST(a_moved_guest_whose_system_has_announced_itself_stays_strict)
{
    start(1);
    pause_before_move(PAUSE_LONG);
    move(world_restore);
    call(0);
    check_strict();
    unsigned before = seeks;
    disks_leave(&disks);
    daemon_attends();
    for (unsigned calls = 0; calls < 5; calls++) {
        world_pass_ms(1000);
        call(0);
        check_strict();
    }
    CHECK_EQUAL(seeks, before);
    end();
}

static void write_and_compare(void)
{
    static uint8_t generation;
    uint8_t sector[SECTOR_BYTES], now[SECTOR_BYTES];

    memset(sector, ++generation, sizeof(sector));
    CHECK_EQUAL(disks_write(disks.disk[0], 1000, 1, sector), 0);
    disk_read(1000, now);
    CHECK(!memcmp(sector, now, SECTOR_BYTES));
}

TEST(a_daemon_is_not_sought_while_a_system_that_lives_on_int13_keeps_disks_open)
{
    start(2);
    disks.keep.needed = 4;
    pause_before_move(PAUSE_LONG);
    move(world_restore);
    for (unsigned i = 0; i < 4; i++)
        write_and_compare();
    CHECK_EQUAL(disks_kept(&disks), DISKS_KEPT_OPEN);
    daemon_attends();
    unsigned before = seeks, connects = backend[0]->connects;
    for (unsigned i = 0; i < 4; i++) {
        world_pass_ms(1100);
        CHECK(!disks_note_tick(&disks));
        write_and_compare();
        /* Of another disk, which it opens. */
        read_and_compare(1);
        CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    }
    CHECK_EQUAL(seeks, before);
    CHECK_EQUAL(backend[0]->connects, connects);
    disks_close_kept(&disks);
    check_strict();
    write_and_compare();
    check_hooked(0, connects + 1);
    CHECK_EQUAL(disks_kept(&disks), DISKS_NOT_KEPT);
    /* Without a daemon again, it has to be proven anew. */
    world_pass_ms(1500);
    move(world_restore);
    write_and_compare();
    check_strict();
    end();
}

/**** The firmware takes part in the move: a PVH guest ****/

/* What it does when the toolstack asks it to suspend. */
static void suspend_and_move(void)
{
    disks_close_all(&disks);
    CHECK(disks_hold(&disks));
    disks_leave_domain(&disks);
    disks_release(&disks);
    move(world_restore);
    daemon_attends();
    disks_enter_domain(&disks);
}

TEST(a_guest_that_has_closed_its_disks_for_the_move_returns_to_hook_mode)
{
    start(1);
    suspend_and_move();
    call(0);
    check_hooked(0, 2);
    /* The same domain, where the claim stands. */
    disks_close_all(&disks);
    disks_leave_domain(&disks);
    disks_enter_domain(&disks);
    world_pass_ms(1000);
    call(0);
    check_hooked(0, 3);
    end();
}

TEST(a_guest_that_closes_its_disks_for_the_move_after_a_hand_over_stays_strict)
{
    start(1);
    pause_before_move(PAUSE_LONG);
    daemon_closes();
    suspend_and_move();
    for (unsigned calls = 0; calls < 5; calls++) {
        call(0);
        check_strict();
        world_pass_ms(400);
    }
    CHECK_EQUAL(seeks, 0);
}
