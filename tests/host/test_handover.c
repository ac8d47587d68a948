/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* When disks are open: the modes of the hand-over. */
#include "firmware.h"
#include "moment.h"
#include "test.h"
#include "xen/disk/disk_set.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_start.h"
#include "xen/disk/disks_transfer.h"
#include "xen/hv/special_frames.h"

#include "seabios/int13/twin_policy.h"
#include "xen/base/handover.h"

#include <stdlib.h>

#define HOME     "/local/domain/1/"
#define FRONTEND HOME "device/vbd/51776/"
#define SECTORS  128u

static struct disks disks;
static struct disk *disk;
static struct disks_options options;

static struct backend *world_with_a_disk(void)
{
    world_reset();
    memset(&disks, 0, sizeof(disks));
    options = (struct disks_options){
        .mode = MODE_AUTO,
        .hook_limit_ms = 500,
        .pool_pages = POOL_PAGES,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
    };
    return world_add_disk(XVD(4));
}

static void start(void)
{
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    CHECK_EQUAL(disks.count, 1);
    disk = disks.disk[0];
    CHECK(disks_usable(disk));
}

static struct backend *started(enum handover_mode mode)
{
    struct backend *backend = world_with_a_disk();

    options.mode = mode;
    start();
    CHECK_EQUAL(disks.core->mode, mode);
    return backend;
}

static struct backend *started_with_hook(void)
{
    struct backend *backend = world_with_a_disk();

    store_write(HOME HANDOVER_HOOK, HANDOVER_VERSION);
    store_write(HOME HANDOVER_CLAIM, HANDOVER_VERSION);
    start();
    CHECK_EQUAL(disks.core->mode, MODE_HOOK);
    return backend;
}

/* Read, and compare with what the disk holds now. */
static int read_sectors(uint64_t sector, uint32_t count)
{
    static uint8_t buffer[SECTORS * SECTOR_BYTES];
    uint8_t expected[SECTOR_BYTES];
    int error = disks_read(disk, sector, count, buffer);

    for (uint32_t i = 0; !error && i < count; i++) {
        disk_read(sector + i, expected);
        CHECK(!memcmp(buffer + i * SECTOR_BYTES, expected, SECTOR_BYTES));
    }
    return error;
}

static int write_sectors(uint64_t sector, uint32_t count)
{
    static uint8_t buffer[SECTORS * SECTOR_BYTES], now[SECTOR_BYTES];
    static uint8_t generation;

    memset(buffer, ++generation, sizeof(buffer));
    int error = disks_write(disk, sector, count, buffer);
    for (uint32_t i = 0; !error && i < count; i++) {
        disk_read(sector + i, now);
        CHECK(!memcmp(buffer, now, SECTOR_BYTES));
    }
    return error;
}

static void check_closed(void)
{
    CHECK(!disks_are_open(&disks));
    world_check_clean();
}

/* The backend works again after a while: the next call uses its disk. */
static void check_used_when_the_backend_works(struct backend *backend)
{
    backend->config.latency_us = 1000;
    backend->react_us = 0;
    world_pass_ms(1000);
    CHECK_EQUAL(read_sectors(2000, 5), 0);
    disks_close_all(&disks);
    check_closed();
}

static void check_open(const char *mode)
{
    const char *mark = store_read(FRONTEND HANDOVER_MARK);

    CHECK(disks_are_open(&disks));
    CHECK(mark && !strncmp(mark, mode, strlen(mode)));
}

/**** Which mode ****/

TEST(without_a_hook_a_boot_is_strict)
{
    world_with_a_disk();
    start();
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    CHECK(log_has("hand-over: strict (auto)"));
    check_closed();
}

TEST(a_hook_that_is_announced_and_claims_is_used)
{
    started_with_hook();
    CHECK(log_has("hand-over: hook (auto)"));
    check_open("hook ");
    CHECK_EQUAL(read_sectors(3, 9), 0);
    CHECK_EQUAL(write_sectors(3, 9), 0);
    check_open("hook ");
    disks_close_all(&disks);
    check_closed();
}

/* The daemon claims some time after it has seen the mark. */
static void claim_at_the_third_read(void *context, const struct store_request *request,
                                    struct store_reply *reply)
{
    static unsigned looks;

    (void)context;
    (void)reply;
    if (strstr(request->payload, HANDOVER_CLAIM) && ++looks == 2)
        store_write(HOME HANDOVER_CLAIM, HANDOVER_VERSION);
}

TEST(the_claim_of_a_hook_is_waited_for)
{
    world_with_a_disk();
    store_write(HOME HANDOVER_HOOK, HANDOVER_VERSION);
    store_config.hook = claim_at_the_third_read;
    start();
    CHECK_EQUAL(disks.core->mode, MODE_HOOK);
    check_open("hook ");
}

static void stop_attending(void *context, const struct store_request *request,
                           struct store_reply *reply)
{
    (void)context;
    (void)reply;
    if (strstr(request->payload, HANDOVER_CLAIM))
        tree_remove(&store_tree, HOME HANDOVER_HOOK);
}

/* fault: daemon | it is stopped while the firmware waits for its claim | does not wait for the
 * limit; this boot is strict */
TEST(a_daemon_that_attends_no_more_is_not_waited_for)
{
    world_with_a_disk();
    store_write(HOME HANDOVER_HOOK, HANDOVER_VERSION);
    store_config.hook = stop_attending;
    limit_begin();
    start();
    limit_check(100);
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    CHECK(log_has("the daemon no longer attends to this domain"));
    CHECK(!log_has("did not claim its ports"));
    world_check_clean();
}

TEST(a_boot_whose_hook_does_not_claim_in_time_is_strict)
{
    world_with_a_disk();
    store_write(HOME HANDOVER_HOOK, HANDOVER_VERSION);
    limit_begin();
    start();
    limit_check(options.hook_limit_ms + 100);
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    CHECK(log_has("did not claim its ports"));
    check_closed();
    CHECK_EQUAL(read_sectors(0, SECTORS), 0);
    check_closed();
}

TEST(a_hook_of_another_version_of_the_protocol_is_not_used)
{
    static const char *const versions[] = {"0", "", "11", "1 ", "one", "10000000000000000000"};

    for (unsigned i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        test_note("version '%s'", versions[i]);
        world_with_a_disk();
        store_write(HOME HANDOVER_HOOK, "%s", versions[i]);
        store_write(HOME HANDOVER_CLAIM, HANDOVER_VERSION);
        start();
        CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    }
}

TEST(the_toolstack_chooses_the_mode_of_a_guest)
{
    static const struct {
        const char *value;
        enum handover_mode configured, mode;
    } cases[] = {
        {"linger", MODE_AUTO, MODE_LINGER},    {"strict", MODE_LINGER, MODE_STRICT},
        {"auto", MODE_LINGER, MODE_STRICT},    {"hook", MODE_LINGER, MODE_STRICT},
        {"", MODE_LINGER, MODE_LINGER},        {"stric", MODE_LINGER, MODE_LINGER},
        {"linger ", MODE_STRICT, MODE_STRICT},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("the key '%s'", cases[i].value);
        world_with_a_disk();
        options.mode = cases[i].configured;
        store_write(HOME "platform/xenpv-handover", "%s", cases[i].value);
        start();
        CHECK_EQUAL(disks.core->mode, cases[i].mode);
    }
    CHECK(log_has("handover: no such value: linger "));
}

TEST(choosing_hook_mode_without_a_hook_is_an_error_in_the_log)
{
    world_with_a_disk();
    options.mode = MODE_HOOK;
    start();
    CHECK(log_has("no daemon attends to this domain"));
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
}

/**** Strict ****/

TEST(in_strict_mode_nothing_is_open_after_any_call)
{
    started(MODE_STRICT);
    check_closed();
    CHECK_EQUAL(read_sectors(0, 1), 0);
    check_closed();
    CHECK_EQUAL(read_sectors(1000, SECTORS), 0);
    check_closed();
    CHECK_EQUAL(write_sectors(1000, 5), 0);
    check_closed();
    CHECK_EQUAL(disks_check(disk, 1000, 5), 0);
    CHECK_EQUAL(disks_reset(disk), 0);
    check_closed();
    CHECK_EQUAL(read_sectors(WORLD_DISK_SECTORS - 1, 2), -XEN_EINVAL);
    check_closed();
    CHECK_EQUAL(disks_check(disk, WORLD_DISK_SECTORS - 1, 2), -XEN_EINVAL);
}

TEST(in_strict_mode_reading_all_of_a_disk_takes_few_connections)
{
    struct backend *backend = started(MODE_STRICT);

    /* The first connection is that of the start, which reads the boot sector. */
    CHECK_EQUAL(backend->connects, 1);
    CHECK_EQUAL(read_sectors(0, 63), 0);
    CHECK_EQUAL(backend->connects, 1);
    for (uint64_t sector = 0; sector < WORLD_DISK_SECTORS; sector += 63) {
        uint64_t left = WORLD_DISK_SECTORS - sector;
        CHECK_EQUAL(read_sectors(sector, left < 63 ? (uint32_t)left : 63), 0);
    }
    /* 32 lines: 2 are cached, the rest is read in steps of 7, which is seven eighths of 8. */
    CHECK_EQUAL(backend->connects, 6);
    check_closed();
}

TEST(in_strict_mode_a_write_is_on_the_disk_and_read_again)
{
    struct backend *backend = started(MODE_STRICT);

    CHECK_EQUAL(read_sectors(100, 60), 0);
    CHECK_EQUAL(write_sectors(110, 30), 0);
    unsigned connects = backend->connects;
    CHECK_EQUAL(read_sectors(100, 60), 0);
    CHECK_EQUAL(backend->connects, connects);
    CHECK(backend->flushes > 0);
}

TEST(in_strict_mode_what_a_failed_write_left_is_read_from_the_disk)
{
    struct backend *backend = started(MODE_STRICT);

    CHECK_EQUAL(read_sectors(0, 20), 0);
    backend->config.hook = backend_fail_writes;
    CHECK_EQUAL(write_sectors(3, 4), -XEN_EIO);
    unsigned connects = backend->connects;
    CHECK_EQUAL(read_sectors(0, 20), 0);
    CHECK_EQUAL(backend->connects, connects + 1);
    check_closed();
}

TEST(what_others_wrote_between_two_calls_is_read_from_the_disk)
{
    static const uint8_t written[SECTOR_BYTES] = "by an operating system";

    started(MODE_STRICT);
    CHECK_EQUAL(read_sectors(0, 20), 0);
    world_pass_ms(5000);
    disk_write(7, written);
    CHECK_EQUAL(read_sectors(0, 20), 0);

    /* Also after a time in which the platform's clock wraps around to where it was. */
    world_pass_ms(UINT32_MAX / 1000);
    disk_write(8, written);
    CHECK_EQUAL(read_sectors(0, 20), 0);

    disks_close_all(&disks);
    disk_write(9, written);
    CHECK_EQUAL(read_sectors(0, 20), 0);

    CHECK_EQUAL(disks_reset(disk), 0);
    disk_write(10, written);
    CHECK_EQUAL(read_sectors(0, 20), 0);
}

TEST(without_the_rate_of_the_time_stamp_counter_every_pause_counts_as_long)
{
    static const uint8_t written[SECTOR_BYTES] = "by an operating system";

    world_with_a_disk();
    xen_config.cpuid_leaves = 2;
    options.mode = MODE_LINGER;
    start();
    CHECK_EQUAL(read_sectors(0, 20), 0);
    /* The time in which the platform's clock wraps around. */
    clock_advance_us((uint64_t)UINT32_MAX + 1);
    disk_write(8, written);
    CHECK_EQUAL(read_sectors(0, 20), 0);
    CHECK_EQUAL(write_sectors(30, 20), 0);
    disks_close_idle(&disks);
    check_closed();
}

TEST(a_lost_disk_is_not_served_from_the_cache)
{
    static const uint8_t written[SECTOR_BYTES] = "by the next owner of the disk";
    struct backend *backend = started(MODE_STRICT);

    CHECK_EQUAL(read_sectors(0, 1), 0);
    backend->config.io_latency_us = (IO_LIMIT_MS + 100) * 1000;
    CHECK_EQUAL(read_sectors(2000, 1), -XEN_ETIMEDOUT);
    CHECK(!disks_usable(disk));
    disk_write(0, written);
    CHECK_EQUAL(read_sectors(0, 1), -XEN_ETIMEDOUT);
    backend->config.io_latency_us = 0;
    CHECK_EQUAL(read_sectors(0, 1), 0);
    check_closed();
}

TEST(a_disk_of_another_size_is_not_served_from_the_cache)
{
    struct backend *backend = started(MODE_STRICT);

    CHECK_EQUAL(read_sectors(0, 1), 0);
    backend->config.sectors = "2048";
    CHECK_EQUAL(read_sectors(2047, 1), 0);
    CHECK_EQUAL(read_sectors(2048, 1), -XEN_EINVAL);
    unsigned connects = backend->connects;
    CHECK_EQUAL(read_sectors(0, 1), 0);
    CHECK_EQUAL(backend->connects, connects + 1);
}

/**** Open for longer ****/

TEST(in_linger_mode_a_disk_stays_open)
{
    struct backend *backend = started(MODE_LINGER);

    check_open("linger ");
    CHECK_EQUAL(read_sectors(0, 5), 0);
    CHECK_EQUAL(read_sectors(1000, 5), 0);
    CHECK_EQUAL(backend->connects, 1);
    disks_close_all(&disks);
    check_closed();
    CHECK_EQUAL(read_sectors(1000, 5), 0);
    check_open("linger ");
}

TEST(after_an_operating_system_has_announced_itself_every_boot_is_strict)
{
    started(MODE_LINGER);
    disks_leave(&disks);
    check_closed();
    CHECK_EQUAL(read_sectors(0, 5), 0);
    check_closed();

    started_with_hook();
    disks_leave(&disks);
    check_closed();
    CHECK_EQUAL(write_sectors(0, 5), 0);
    check_closed();
}

TEST(a_boot_whose_hook_is_gone_becomes_strict)
{
    started_with_hook();
    store_write(HOME HANDOVER_CLAIM, "0");
    CHECK_EQUAL(read_sectors(0, 5), 0);
    check_open("hook ");
    world_pass_ms(1000);
    CHECK_EQUAL(read_sectors(0, 5), 0);
    CHECK(log_has("hand-over: strict from now on"));
    check_closed();
}

TEST(a_disk_is_not_opened_without_the_claim_of_the_hook)
{
    started_with_hook();
    disks_close_all(&disks);
    store_write(HOME HANDOVER_CLAIM, "0");
    CHECK_EQUAL(read_sectors(0, 5), 0);
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    check_closed();
}

TEST(a_reset_opens_no_disk_without_the_claim_of_the_hook)
{
    struct backend *backend = started_with_hook();

    backend->config.deaf = true;
    CHECK_EQUAL(read_sectors(2000, 1), -XEN_ETIMEDOUT);
    CHECK(!disks_usable(disk));
    backend->config.deaf = false;
    store_write(HOME HANDOVER_CLAIM, "0");
    CHECK_EQUAL(disks_reset(disk), 0);
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    check_closed();
    CHECK_EQUAL(read_sectors(2000, 1), 0);
    check_closed();
}

/* What the daemon does while the guest's processor waits. */
static void hook_closes(struct backend *backend)
{
    backend_disconnect(backend);
    backend_set_state(backend, XenbusStateInitWait);
    store_write(FRONTEND "state", "1");
    tree_remove(&store_tree, FRONTEND HANDOVER_MARK);
    store_write(HOME HANDOVER_CLAIM, "0");
    memset(memory_grant_frame(GRANT_FIRST_FRAME), 0, PAGE_BYTES);
}

TEST(a_disk_that_is_connected_again_in_a_transfer_needs_the_claim_too)
{
    for (unsigned write = 0; write < 2; write++) {
        struct backend *backend = started_with_hook();

        hook_closes(backend);
        CHECK_EQUAL(write ? write_sectors(2000, 1) : read_sectors(2000, 1), 0);
        CHECK_EQUAL(backend->connects, 2);
        CHECK_EQUAL(disks.core->mode, MODE_STRICT);
        /* Except the port of the first connection, which the firmware cannot tell from another
         * owner's. */
        CHECK(!disks_are_open(&disks));
        world_check_store_clean();
        world_check_grants_clean();
    }
}

/* fault: disk that is emulated as well | int13 reads another drive while the PV disk is open |
 * closes a PV disk that had no call for a second, drops its cache, and opens it at its next call |
 * lab twin-coherence */
TEST(idle_disks_are_closed_for_another_drive)
{
    started(MODE_LINGER);
    CHECK_EQUAL(read_sectors(0, 5), 0);
    world_pass_ms(900);
    disks_close_idle(&disks);
    check_open("linger ");
    world_pass_ms(200);
    disks_close_idle(&disks);
    check_closed();
    /* A system that booted from the other drive may have written to the disk: nothing is served
     * from the cache. */
    CHECK_EQUAL(read_sectors(0, 5), 0);
    check_open("linger ");
}

/**** Disks that are emulated as well ****/

/* Check the result of a call, and which side answers a call with this result. */
#define CHECK_ANSWER(error, expected_error, answer)                                                \
    do {                                                                                           \
        int returned = (error);                                                                    \
        CHECK_EQUAL(returned, expected_error);                                                     \
        CHECK_EQUAL(twin_answer(returned, disk_write_is_lost(disk)), answer);                      \
    } while (0)

/* fault: disk that is emulated as well | the caller asks for something impossible | returns an
 * error; PV goes on serving */
TEST(an_invalid_call_is_not_passed_to_the_emulated_disk)
{
    struct backend *backend = world_with_a_disk();

    options.mode = MODE_LINGER;
    backend->config.info = "4";
    start();
    CHECK_ANSWER(read_sectors(0, 1), 0, TWIN_ANSWER_PV);
    CHECK_ANSWER(read_sectors(disk->vbd.sectors, 1), -XEN_EINVAL, TWIN_ANSWER_PV);
    CHECK_ANSWER(write_sectors(0, 1), -XEN_EROFS, TWIN_ANSWER_PV);
    CHECK_ANSWER(read_sectors(0, 1), 0, TWIN_ANSWER_PV);
}

/* fault: disk that is emulated as well | no event channel works, not even that of xenstored | the
 * emulated disk serves */
TEST(a_broken_event_channel_is_not_the_callers_fault)
{
    static const long errors[] = {-XEN_EINVAL, -XEN_EROFS, -XEN_EPERM};

    for (unsigned i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        started(MODE_LINGER);
        xen_fault = (struct xen_fault){.number = __HYPERVISOR_event_channel_op,
                                       .operation = EVTCHNOP_send,
                                       .times = UINT32_MAX,
                                       .error = errors[i]};
        CHECK_ANSWER(read_sectors(2000, 1), -XEN_ENOTCONN, TWIN_ANSWER_EMULATED);
        CHECK(!disks_usable(disk));
    }
}

static bool every_request_fails(void *context, struct backend *backend,
                                const struct backend_request *request)
{
    (void)context;
    backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return true;
}

/* fault: disk that is emulated as well | a backend fails a request, breaks the ring's protocol or
 * vanishes during reads and writes | the emulated disk serves that call and all later ones; other
 * disks are not affected | also a_disk_that_is_given_up_is_flushed_and_closed_for_good,
 * giving_up_one_disk_leaves_the_others_as_they_are | lab twin-fallback */
TEST(the_emulated_disk_serves_what_the_backend_cannot_read_or_write)
{
    struct backend *backend = started(MODE_LINGER);

    backend->config.hook = every_request_fails;
    CHECK_ANSWER(read_sectors(0, 1), -XEN_EIO, TWIN_ANSWER_EMULATED);
    CHECK_ANSWER(write_sectors(0, 1), -XEN_EIO, TWIN_ANSWER_EMULATED);
}

TEST(a_disk_that_is_given_up_is_flushed_and_closed_for_good)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};

    for (unsigned i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        struct backend *backend = started(modes[i]);

        CHECK_EQUAL(write_sectors(3, 9), 0);
        unsigned flushes = backend->flushes, connects = backend->connects;
        firmware_give_up(disk);
        CHECK_EQUAL(backend->flushes, modes[i] == MODE_STRICT ? flushes : flushes + 1);
        CHECK(backend->flushes);
        check_closed();
        CHECK_EQUAL(read_sectors(0, 1), -XEN_ENOTCONN);
        CHECK_EQUAL(write_sectors(0, 1), -XEN_ENOTCONN);
        disks_close_all(&disks);
        CHECK_EQUAL(read_sectors(0, 1), -XEN_ENOTCONN);
        CHECK_EQUAL(backend->connects, connects);
    }
}

TEST(giving_up_one_disk_leaves_the_others_as_they_are)
{
    world_with_a_disk();
    world_add_disk(XVD(5));
    options.mode = MODE_LINGER;
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    disk = disks.disk[1];
    firmware_give_up(disks.disk[0]);
    CHECK_EQUAL(read_sectors(0, 5), 0);
    disks_close_all(&disks);
    check_closed();
}

/* fault: disk that is emulated as well | a backend is silent and keeps a write | all calls fail
 * until the machine is reset */
TEST(a_write_that_the_backend_may_still_do_is_not_repeated)
{
    struct backend *backend = started(MODE_LINGER);

    backend->config.silent = true;
    CHECK_ANSWER(write_sectors(0, 1), -XEN_ETIMEDOUT, TWIN_ANSWER_ERROR);
    CHECK_EQUAL(disk->vbd.state, VBD_LOST);
    /* Nor are reads repeated: they would not see the write. */
    CHECK_ANSWER(read_sectors(0, 1), -XEN_ENOTCONN, TWIN_ANSWER_ERROR);
    firmware_give_up(disk);
    CHECK_EQUAL(disk->vbd.state, VBD_LOST);
    CHECK_ANSWER(write_sectors(0, 1), -XEN_ENOTCONN, TWIN_ANSWER_ERROR);
}

/* fault: disk that is emulated as well | a backend is silent, and holds no pages or was only asked
 * to read | the emulated disk serves that call and all later ones, after the limit | also
 * a_read_that_the_backend_may_still_do_is_repeated_by_the_emulated_disk,
 * a_write_whose_backend_was_only_asked_to_read_before_it_is_not_lost | lab twin-fallback */
TEST(a_write_that_the_backend_has_released_is_repeated_by_the_emulated_disk)
{
    struct backend *backend = started(MODE_LINGER);

    backend->config.deaf = true;
    CHECK_ANSWER(write_sectors(0, 1), -XEN_ETIMEDOUT, TWIN_ANSWER_EMULATED);
    CHECK_EQUAL(disk->vbd.state, VBD_CLOSED);
}

TEST(a_read_that_the_backend_may_still_do_is_repeated_by_the_emulated_disk)
{
    struct backend *backend = started(MODE_LINGER);

    backend->config.silent = true;
    CHECK_ANSWER(read_sectors(0, 1), -XEN_ETIMEDOUT, TWIN_ANSWER_EMULATED);
    CHECK_EQUAL(disk->vbd.state, VBD_LOST);
    firmware_give_up(disk);
    CHECK_EQUAL(disk->vbd.state, VBD_LOST);
    CHECK_ANSWER(read_sectors(0, 1), -XEN_ENOTCONN, TWIN_ANSWER_EMULATED);
}

/* fault: backend and toolstack | a backend releases the pages of a lost disk before an operating
 * system starts | ends its grants when it closes all disks */
TEST(an_operating_system_finds_no_grant_of_a_lost_disk_that_the_backend_has_released)
{
    struct backend *backend = started(MODE_LINGER);

    CHECK_EQUAL(read_sectors(0, 5), 0);
    backend->config.keeps_pages = true;
    disks_close_all(&disks);
    CHECK_EQUAL(disk->vbd.state, VBD_LOST);
    firmware_release_pages(backend);
    disks_leave(&disks);
    check_closed();
}

/**** An operating system has the disk ****/

/* Change the directory as an operating system's driver does when it takes the disk over. */
static void operating_system_takes_over(void)
{
    store_write(FRONTEND "ring-ref", "77");
    store_write(FRONTEND "event-channel", "55");
    store_write(FRONTEND "state", "4");
}

static void check_untouched(void)
{
    CHECK(!strcmp(store_read(FRONTEND "ring-ref"), "77"));
    CHECK(!strcmp(store_read(FRONTEND "event-channel"), "55"));
    CHECK(!strcmp(store_read(FRONTEND "state"), "4"));
    /* If the firmware mapped the grant table, the operating system would lose it. */
    CHECK(!memory_special_is_mapped(SPECIAL_FRAMES_FIRST));
}

TEST(a_disk_that_an_operating_system_has_taken_over_is_left_alone)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT};

    for (unsigned i = 0; i < 2; i++) {
        struct backend *backend = started(modes[i]);

        backend->config.ignores = ~0u;
        backend_disconnect(backend);
        operating_system_takes_over();
        backend_set_state(backend, XenbusStateConnected);
        world_pass_ms(2000);
        CHECK_EQUAL(read_sectors(2000, 5), -XEN_ENOTCONN);
        check_untouched();
        disks_close_all(&disks);
        check_untouched();
        disks_close_idle(&disks);
        check_untouched();
        CHECK_EQUAL(disks_reset(disk), -XEN_ENOTCONN);
        check_untouched();
        CHECK_EQUAL(grants_mapped(), 0);
        world_check_grants_clean();
    }
}

/* fault: restore and migration | a guest is restored while its operating system has a disk that the
 * firmware believes to be open, and calls int13 | finds xenstore again, sees that another
 * frontend has the disk, and leaves it and the grant table alone */
TEST(a_disk_that_an_operating_system_has_is_left_alone_after_a_restore_too)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT, MODE_HOOK};
    static void (*const restores[])(void) = {world_restore, world_restore_same_port};

    for (unsigned i = 0; i < 6; i++) {
        enum handover_mode mode = modes[i % 3];
        struct backend *backend = mode == MODE_HOOK ? started_with_hook() : started(mode);

        test_note("mode %s, restore %u", handover_mode_names[mode], i / 3);
        CHECK_EQUAL(write_sectors(500, 5), 0);
        restores[i / 3]();
        backend->config.ignores = ~0u;
        operating_system_takes_over();
        backend_set_state(backend, XenbusStateConnected);
        xen_config.grants_taken = true;
        world_pass_ms(2000);
        CHECK_EQUAL(read_sectors(2000, 5), -XEN_ENOTCONN);
        CHECK_EQUAL(write_sectors(2000, 5), -XEN_ENOTCONN);
        disks_close_all(&disks);
        check_untouched();
    }
}

/* fault: backend and toolstack | a backend releases the pages of a lost disk, and an operating
 * system takes the disk over | leaves the disk and the grant table alone until the system has
 * released it */
TEST(a_lost_disk_that_an_operating_system_has_taken_over_is_left_alone_until_it_goes)
{
    static const char states[] = {'3', '4', '5'};

    for (unsigned i = 0; i < sizeof(states); i++) {
        struct backend *backend = started(MODE_LINGER);

        test_note("state %c", states[i]);
        backend->config.keeps_pages = true;
        disks_close_all(&disks);
        CHECK_EQUAL(disk->vbd.state, VBD_LOST);
        firmware_release_pages(backend);
        backend->config.ignores = ~0u;
        operating_system_takes_over();
        store_write(FRONTEND "state", "%c", states[i]);
        backend_set_state(backend, XenbusStateConnected);
        xen_config.grants_taken = true;
        world_pass_ms(2000);
        CHECK_EQUAL(read_sectors(2000, 5), -XEN_ENOTCONN);
        CHECK_EQUAL(write_sectors(2000, 5), -XEN_ENOTCONN);
        disks_close_all(&disks);
        CHECK_EQUAL(store_read(FRONTEND "state")[0], states[i]);
        xen_config.grants_taken = false;
        world_write_disk(backend);
        disks_close_all(&disks);
        check_closed();
    }
}

/* Another driver has the firmware's reference for a page of its own, and an event channel of the
 * number that the firmware's had. */
static void driver_takes_over(const struct backend *backend, uint32_t reference, uint32_t port)
{
    struct evtchn_alloc_unbound alloc = {.dom = DOMID_SELF, .remote_dom = 0};

    CHECK_EQUAL(xen_event_channel_op(EVTCHNOP_alloc_unbound, &alloc), 0);
    CHECK_EQUAL(alloc.port, port);
    grants_entry(reference)->frame++;
    store_write(FRONTEND "ring-ref", "%u", reference);
    store_write(FRONTEND "event-channel", "%u", port);
    store_write(FRONTEND "state", "4");
    backend_set_state((struct backend *)backend, XenbusStateConnected);
}

static void check_driver_keeps(uint32_t reference, uint32_t port)
{
    uint32_t frame = grants_entry(reference)->frame;

    xen_config.grants_taken = true;
    world_pass_ms(2000);
    CHECK_EQUAL(read_sectors(2000, 5), -XEN_ENOTCONN);
    CHECK_EQUAL(write_sectors(2000, 5), -XEN_ENOTCONN);
    disks_close_all(&disks);
    CHECK(!strcmp(store_read(FRONTEND "state"), "4"));
    CHECK_EQUAL(atoi(store_read(FRONTEND "ring-ref")), reference);
    CHECK_EQUAL(grants_entry(reference)->frame, frame);
    CHECK(events_is_open(port));
    CHECK(!memory_special_is_mapped(SPECIAL_FRAMES_FIRST));
}

/* fault: backend and toolstack | a backend releases the pages of a lost disk, and a driver takes
 * the disk over that has the firmware's reference, and a port of its old number, or that leaves the
 * firmware's keys beside its own | leaves the disk and the grant table alone | also
 * a_lost_disk_that_another_driver_uses_beside_the_keys_of_the_firmware_is_left_alone */
TEST(a_lost_disk_whose_reference_and_port_another_driver_uses_is_left_alone)
{
    for (unsigned mark = 0; mark < 2; mark++) {
        struct backend *backend = started(MODE_LINGER);
        uint32_t reference = disk->vbd.ring_ref, port = disk->vbd.port;

        backend->config.keeps_pages = true;
        disks_close_all(&disks);
        CHECK_EQUAL(disk->vbd.state, VBD_LOST);
        firmware_release_pages(backend);
        backend->config.ignores = ~0u;
        if (mark)
            store_write(FRONTEND HANDOVER_MARK, "linger %u 17 %u 1 2 3", reference, port);
        driver_takes_over(backend, reference, port);
        check_driver_keeps(reference, port);
    }
}

/* With several queues the driver's keys are elsewhere, and the firmware's may have been left. */
TEST(a_lost_disk_that_another_driver_uses_beside_the_keys_of_the_firmware_is_left_alone)
{
    struct backend *backend = started(MODE_LINGER);

    store_config.refuse_from = store_requests();
    store_config.refuse_times = UINT32_MAX - store_config.refuse_from;
    store_config.refuse_with = "ENOMEM";
    disks_close_all(&disks);
    CHECK_EQUAL(disk->vbd.state, VBD_LOST);
    store_config.refuse_times = 0;
    CHECK(!strcmp(store_read(FRONTEND "state"), "4"));
    CHECK(store_read(FRONTEND HANDOVER_MARK));
    store_write(FRONTEND "multi-queue-num-queues", "2");
    backend->config.ignores = ~0u;
    xen_config.grants_taken = true;
    world_pass_ms(2000);
    CHECK_EQUAL(read_sectors(2000, 5), -XEN_ENOTCONN);
    disks_close_all(&disks);
    CHECK(!strcmp(store_read(FRONTEND "state"), "4"));
    CHECK(store_read(FRONTEND "ring-ref"));
}

/**** A close that was not finished ****/

static void close_while_xenstored_refuses(unsigned requests, unsigned writes)
{
    started(MODE_LINGER);
    CHECK_EQUAL(read_sectors(0, 5), 0);
    store_config.refuse_from = store_requests();
    store_config.refuse_times = requests;
    store_config.refuse_writes = writes;
    store_config.refuse_with = "ENOMEM";
    test_note("%u requests refused, %u writes", requests, writes);
    disks_close_all(&disks);
}

/* fault: xenstored | refuses all writes of a close for a moment, so that the disk stays connected |
 * closes it again when it closes all disks, or at the next call | also
 * a_disk_that_xenstored_kept_connected_is_used_by_the_next_call,
 * a_disk_that_xenstored_kept_closing_is_used_by_the_next_call */
TEST(a_close_that_xenstored_has_refused_is_done_again)
{
    for (unsigned refused = 0; refused <= 21; refused++) {
        close_while_xenstored_refuses(refused, 0);
        check_closed();
        CHECK(!strcmp(store_read(FRONTEND "state"), "1"));
    }
    for (unsigned refused = 0; refused <= 6; refused++) {
        close_while_xenstored_refuses(0, refused);
        check_closed();
        CHECK(!strcmp(store_read(FRONTEND "state"), "1"));
    }
}

TEST(a_disk_that_xenstored_kept_connected_is_used_by_the_next_call)
{
    close_while_xenstored_refuses(1000, 0);
    CHECK_EQUAL(disk->vbd.state, VBD_LOST);
    store_config.refuse_times = 0;
    CHECK_EQUAL(read_sectors(2000, 5), 0);
    disks_close_all(&disks);
    check_closed();
}

static void refuse_the_state_closed(void)
{
    store_config.refuse_writes = 3;
    store_config.refuse_with = "ENOMEM";
}

TEST(a_disk_that_xenstored_kept_closing_is_used_by_the_next_call)
{
    struct backend *backend = started(MODE_LINGER);

    CHECK_EQUAL(read_sectors(0, 5), 0);
    backend->config.latency_us = UINT32_MAX;
    /* After the state Closing, before the limit. */
    xen_at_wait(30, refuse_the_state_closed);
    disks_close_all(&disks);
    CHECK_EQUAL(disk->vbd.state, VBD_LOST);
    CHECK(!store_read(FRONTEND "ring-ref"));
    check_used_when_the_backend_works(backend);
}

/* fault: daemon | its limit passes while it closes a disk whose backend stands still: it has
 * written Closing and removes the mark; then the backend works again | finishes that close, and
 * uses the disk again */
TEST(a_disk_that_the_daemon_has_closed_in_part_is_used_again)
{
    struct backend *backend = started_with_hook();

    backend->config.latency_us = UINT32_MAX;
    store_write(FRONTEND "state", "5");
    tree_remove(&store_tree, FRONTEND HANDOVER_MARK);
    world_pass_ms(2000);
    CHECK_EQUAL(read_sectors(2000, 5), -XEN_ENOTCONN);
    CHECK_EQUAL(disk->vbd.state, VBD_LOST);
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    check_used_when_the_backend_works(backend);
}

/* fault: xenstored | after a pause xenstored refuses to read whose connection a disk has | assumes
 * that it is its own, and goes on using the disk */
TEST(a_refusal_by_xenstored_is_no_reason_to_stop_using_a_disk)
{
    static const char *const errors[] = {"ENOMEM", "EIO", "EBUSY", "EAGAIN", "ENOSPC", "EACCES"};

    for (unsigned i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        for (unsigned which = 0; which < 2; which++) {
            struct backend *backend = started(MODE_LINGER);

            test_note("%s, request %u", errors[i], which);
            world_pass_ms(2000);
            store_config.refuse_from = store_requests() + which;
            store_config.refuse_times = 1;
            store_config.refuse_with = errors[i];
            CHECK_EQUAL(read_sectors(2000, 5), 0);
            check_open("linger ");
            CHECK_EQUAL(backend->connects, 1);
            disks_close_all(&disks);
            check_closed();
        }
    }
}

TEST(a_disk_that_the_hook_has_closed_is_opened_again)
{
    struct backend *backend = started_with_hook();

    /* What the daemon does while the guest's processor waits. */
    backend_disconnect(backend);
    backend_set_state(backend, XenbusStateInitWait);
    store_write(FRONTEND "state", "1");
    tree_remove(&store_tree, FRONTEND HANDOVER_MARK);
    world_pass_ms(2000);
    CHECK_EQUAL(read_sectors(2000, 5), 0);
    CHECK(log_has("something else has closed it meanwhile"));
    disks_close_all(&disks);
}

/* End the grants of the disk that its backend does not use, as the daemon does. */
static void unused_grants_end(void)
{
    grant_entry_v1_t *entries = grants_entry(GRANT_FIRST_REF);

    for (unsigned i = 0; i < GRANT_REFS; i++)
        if (!(entries[i].flags & (GTF_reading | GTF_writing)))
            entries[i].flags = 0;
}

/* fault: daemon | it leaves while a backend that it has told to close still has pages, so the disk
 * stays Closed, with its keys | goes on with the close: the disk is lost until the backend releases
 * the pages, and is then opened again */
TEST(a_disk_that_the_hook_has_left_closed_is_opened_again_once_its_backend_has_released_it)
{
    struct backend *backend = started_with_hook();

    CHECK_EQUAL(read_sectors(2000, 5), 0);
    backend->config.keeps_pages = true;
    store_write(FRONTEND "state", "%d", XenbusStateClosed);
    world_pass_ms(1000);
    CHECK(backend->ring);
    CHECK_EQUAL(backend_state(backend), XenbusStateClosed);
    unused_grants_end();
    backend->config.silent = true;
    tree_remove(&store_tree, HOME HANDOVER_HOOK);
    tree_remove(&store_tree, HOME HANDOVER_CLAIM);
    world_pass_ms(2000);
    CHECK(read_sectors(4000, 5) < 0);
    CHECK_EQUAL(disk->vbd.state, VBD_LOST);
    CHECK(!strcmp(store_read(FRONTEND "state"), "6"));

    backend->config.silent = false;
    firmware_release_pages(backend);
    clock_advance_us(1000000);
    CHECK_EQUAL(read_sectors(4000, 5), 0);
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    world_check_store_clean();
    world_check_grants_clean();
}

static bool close_at_request(void *context, struct backend *backend,
                             const struct backend_request *request)
{
    (void)context, (void)request;
    backend->config.hook = NULL;
    hook_closes(backend);
    return true;
}

/* fault: daemon | it is stopped in POST, and closes the disks | a disk keeps its drive, and is
 * opened again at its first call */
TEST(a_disk_that_the_hook_closes_in_post_is_opened_again)
{
    struct backend *backend = world_with_a_disk();

    store_write(HOME HANDOVER_HOOK, HANDOVER_VERSION);
    store_write(HOME HANDOVER_CLAIM, HANDOVER_VERSION);
    backend->config.hook = close_at_request;
    start();
    CHECK(!backend->config.hook);
    CHECK_EQUAL(read_sectors(2000, 5), 0);
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    world_check_store_clean();
    world_check_grants_clean();
}

static unsigned requests_left;

static bool fall_silent(void *context, struct backend *backend,
                        const struct backend_request *request)
{
    (void)context, (void)request;
    backend->config.silent = !requests_left;
    requests_left -= requests_left > 0;
    return false;
}

static bool go_away(void *context, struct backend *backend, const struct backend_request *request)
{
    (void)context, (void)request;
    if (requests_left--)
        return false;
    backend->config.hook = NULL;
    world_detach(backend);
    return true;
}

/* fault: backend and toolstack | it falls silent or goes away in POST after the first block of the
 * boot disk, while the firmware reads ahead | the disk keeps its drive, and is opened again when
 * the backend is ready */
TEST(a_disk_that_post_cannot_read_ahead_keeps_its_drive)
{
    for (unsigned goes = 0; goes < 2; goes++) {
        struct backend *backend = world_with_a_disk();

        test_note("it goes away: %u", goes);
        options.mode = MODE_STRICT;
        backend->config.hook = goes ? go_away : fall_silent;
        requests_left = 1;
        start();
        CHECK(disk_is_registered(disk));
        backend->config.hook = NULL;
        backend->config.silent = false;
        if (goes)
            world_attach(backend, NULL);
        else
            CHECK_EQUAL(read_sectors(2000, 5), -XEN_ENOTCONN); /* the backend looks again */
        clock_advance_us(1000000);
        CHECK_EQUAL(read_sectors(2000, 5), 0);
        CHECK_EQUAL(read_sectors(0, 5), 0);
        world_check_clean();
    }
}

/* fault: backend and toolstack | another guest may write to a disk for a while (`mode` is `w!` for
 * one connection) | serves nothing that was cached before */
TEST(what_was_cached_before_others_might_write_is_read_again)
{
    struct backend *backend = started(MODE_STRICT);

    CHECK_EQUAL(read_sectors(500, 1), 0);
    unsigned requests = backend->requests;
    CHECK_EQUAL(read_sectors(500, 1), 0);
    CHECK_EQUAL(backend->requests, requests);
    static const char *const modes[] = {"w!", "w"};
    for (unsigned i = 0; i < 2; i++) {
        backend->config.mode = modes[i];
        CHECK_EQUAL(read_sectors(3000 + 400 * i, 1), 0);
    }
    requests = backend->requests;
    CHECK_EQUAL(read_sectors(500, 1), 0);
    CHECK(backend->requests > requests);
    world_check_clean();
}

/**** Several disks ****/

TEST(a_lack_of_grants_for_all_bounce_memory_costs_no_disk)
{
    world_with_a_disk();
    for (unsigned i = 1; i < 8; i++)
        world_add_disk(XVD(4 + i));
    options.mode = MODE_LINGER;
    options.pool_pages = 8 * VBD_POOL_PAGES_MAX;
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    CHECK_EQUAL(disks.count, 8);
    for (unsigned i = 0; i < 8; i++)
        CHECK_EQUAL(disks.disk[i]->vbd.state, VBD_CONNECTED);
    disks_close_all(&disks);
    check_closed();
}

/**** Restores ****/

/* What a boot does, with a pause in which another system might have had the disk. */
static void boot(void)
{
    CHECK_EQUAL(read_sectors(500, 20), 0);
    CHECK_EQUAL(write_sectors(510, 30), 0);
    clock_advance_us(1500000);
    CHECK_EQUAL(read_sectors(505, 60), 0);
    CHECK_EQUAL(write_sectors(505, 3), 0);
    CHECK_EQUAL(read_sectors(1500, 60), 0);
    disks_close_all(&disks);
}

static void boot_with_a_restore(enum handover_mode mode, unsigned at, void (*restore)(void))
{
    if (mode == MODE_HOOK)
        started_with_hook();
    else
        started(mode);
    /* A yield cannot fail: only the moment matters. */
    xen_at_wait(at, restore);
    boot();
    check_closed();
}

static void boot_with_a_restore_anywhere(void (*restore)(void))
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT, MODE_HOOK};

    for (unsigned i = 0; i < 3; i++) {
        unsigned at = 0;

        do {
            test_note("mode %s, wait %u", handover_mode_names[modes[i]], at);
            boot_with_a_restore(modes[i], at++, restore);
        } while (xen_fault.hits);
        CHECK(at > 10);
    }
}

/* fault: restore and migration | a restore in each mode of the hand-over, also after a pause in
 * which another system may have had the disk | the caller does not notice | also
 * a_restore_that_keeps_the_port_of_xenstore_is_not_seen_in_any_mode,
 * a_restore_between_calls_is_not_seen_in_any_mode */
TEST(a_restore_at_any_moment_is_not_seen_in_any_mode)
{
    boot_with_a_restore_anywhere(world_restore);
}

TEST(a_restore_that_keeps_the_port_of_xenstore_is_not_seen_in_any_mode)
{
    boot_with_a_restore_anywhere(world_restore_same_port);
}

static void boot_with_a_restore_at_any(enum moment moment)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT, MODE_HOOK};

    for (unsigned i = 0; i < 3; i++) {
        unsigned at = 0;
        bool restored;

        do {
            test_note("mode %s, moment %u", handover_mode_names[modes[i]], at);
            if (modes[i] == MODE_HOOK)
                started_with_hook();
            else
                started(modes[i]);
            moment_begin(moment, at++, world_restore_same_port);
            boot();
            restored = moment_end();
            check_closed();
        } while (restored);
        CHECK(at > 6);
    }
}

TEST(a_restore_just_before_any_request_is_not_seen_in_any_mode)
{
    boot_with_a_restore_at_any(MOMENT_LOOK);
}

TEST(a_restore_just_before_any_hypercall_is_not_seen_in_any_mode)
{
    boot_with_a_restore_at_any(MOMENT_HYPERCALL);
}

static void close_with_a_restore_anywhere(void (*restore)(void))
{
    unsigned at = 0;

    do {
        struct backend *backend = started(MODE_LINGER);

        test_note("wait %u", at);
        backend->config.latency_us = 5000;
        CHECK_EQUAL(write_sectors(500, 20), 0);
        xen_at_wait(at++, restore);
        disks_close_all(&disks);
        CHECK_EQUAL(backend_state(backend), XenbusStateInitWait);
        check_closed();
    } while (xen_fault.hits);
    CHECK(at > 10);
}

/* fault: restore and migration | a restore in the middle of a close | completes
 * the close with the new backend if that has seen a state of it, and otherwise leaves it alone */
TEST(a_close_in_the_middle_of_which_a_guest_is_restored_ends_with_the_new_backend_ready)
{
    close_with_a_restore_anywhere(world_restore);
    close_with_a_restore_anywhere(world_restore_same_port);
}

TEST(a_restore_between_calls_is_not_seen_in_any_mode)
{
    static void (*const restores[])(void) = {world_restore, world_restore_same_port};
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT, MODE_HOOK};

    for (unsigned i = 0; i < 3; i++) {
        for (unsigned pause_ms = 0; pause_ms <= 6000; pause_ms += 1500) {
            for (unsigned same = 0; same < 2; same++) {
                test_note("mode %s, after %u ms", handover_mode_names[modes[i]], pause_ms);
                if (modes[i] == MODE_HOOK)
                    started_with_hook();
                else
                    started(modes[i]);
                CHECK_EQUAL(read_sectors(500, 20), 0);
                clock_advance_us(pause_ms * 1000u);
                restores[same]();
                CHECK_EQUAL(read_sectors(700, 20), 0);
                CHECK_EQUAL(write_sectors(510, 30), 0);
                disks_close_all(&disks);
                check_closed();
            }
        }
    }
}

TEST(several_disks_that_a_restore_has_closed_are_opened_again_once)
{
    static uint8_t buffer[20 * SECTOR_BYTES];
    struct backend *backends[3];

    backends[0] = world_with_a_disk();
    backends[1] = world_add_disk(XVD(5));
    backends[2] = world_add_disk(XVD(6));
    options.mode = MODE_LINGER;
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    CHECK_EQUAL(disks.count, 3);
    clock_advance_us(1500000);
    world_restore_same_port();
    for (unsigned turn = 0; turn < 2; turn++)
        for (unsigned i = 3; i-- > 0;)
            CHECK_EQUAL(disks_read(disks.disk[i], 100, 20, buffer), 0);
    for (unsigned i = 0; i < 3; i++)
        CHECK_EQUAL(backends[i]->connects, 2);
    disks_close_all(&disks);
    check_closed();
}
