/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Faults of several disks at once, calls that are abandoned, and later calls after a fault. */
#include "firmware.h"
#include "test.h"
#include "xen/disk/disk_io.h"

#include <setjmp.h>

#define DISKS 16u

static struct disks disks;
static struct backend *backends[DISKS];
static enum disk_role roles[DISKS];
static unsigned next_role;

static enum disk_role choose_role(struct disk *disk)
{
    (void)disk;
    return roles[next_role++];
}

static void make_disks(unsigned count)
{
    world_reset();
    memset(&disks, 0, sizeof(disks));
    for (unsigned i = 0; i < count; i++) {
        backends[i] = world_add_disk(XVD(i));
        roles[i] = DISK_ALONE;
    }
}

static void find_disks(enum handover_mode mode)
{
    static char names[XENSTORE_PAYLOAD_MAX];
    const struct disks_options options = {
        .mode = mode,
        .hook_limit_ms = 3000,
        .pool_pages = DISKS * 2,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
    };

    next_role = 0;
    CHECK_EQUAL(disks_start(&disks, firmware_core(), &options, choose_role, names), 0);
}

static void start(enum handover_mode mode)
{
    find_disks(mode);
    disks_ready(&disks);
}

static int write_sector(unsigned which, uint64_t sector)
{
    static uint8_t buffer[SECTOR_BYTES];

    return disks_write(disks.disk[which], sector, 1, buffer);
}

static int read_and_compare(unsigned which, uint64_t sector)
{
    static uint8_t buffer[SECTOR_BYTES], expected[SECTOR_BYTES];
    int error = disks_read(disks.disk[which], sector, 1, buffer);

    disk_read(sector, expected);
    if (!error)
        CHECK(!memcmp(buffer, expected, SECTOR_BYTES));
    return error;
}

/**** Little memory ****/

/* The first disks must not take what the others need. */
/* fault: hypercall | there is little memory for the disks | divides it: each has as many bounce
 * pages */
TEST(disks_have_equal_shares_of_little_memory)
{
    static char names[XENSTORE_PAYLOAD_MAX];
    const struct disks_options options = {.mode = MODE_STRICT, .pool_pages = 240};

    for (unsigned pages = 12; pages < 300; pages += 7) {
        make_disks(3);
        next_role = 0;
        struct core *core = firmware_core();
        memory_leave(pages);
        test_note("%u pages", pages);
        CHECK_EQUAL(disks_start(&disks, core, &options, choose_role, names), 0);
        disks_ready(&disks);
        for (unsigned i = 0; i < 3; i++) {
            CHECK_EQUAL(read_and_compare(i, 7), 0);
            CHECK_EQUAL(disks.vbd[i]->pool_pages, disks.vbd[0]->pool_pages);
            /* No smaller than the halving makes it. */
            CHECK(disks.vbd[i]->pool_pages >= (pages / 3 - 2) / 3);
        }
    }
}

/* With less than that, some disks are better than none. */
TEST(with_hardly_any_memory_the_first_disks_are_used)
{
    static char names[XENSTORE_PAYLOAD_MAX];
    const struct disks_options options = {.mode = MODE_STRICT, .pool_pages = 240};

    make_disks(3);
    next_role = 0;
    struct core *core = firmware_core();
    memory_leave(7);
    CHECK_EQUAL(disks_start(&disks, core, &options, choose_role, names), 0);
    disks_ready(&disks);
    CHECK_EQUAL(read_and_compare(0, 7), 0);
    CHECK(read_and_compare(2, 7) != 0);
    CHECK(log_has("skipped: no memory for its ring and bounce pages"));
}

/**** After a close ****/

/* What int13 does when another drive is used while a PV disk is open. */
static unsigned requests_of_using_another_drive(unsigned times)
{
    unsigned before = store_requests();

    for (unsigned i = 0; i < times; i++)
        disks_close_idle(&disks);
    return store_requests() - before;
}

/* fault: disk that is emulated as well | a disk cannot be connected once more after a write | tries
 * once, not at each call */
TEST(a_disk_that_cannot_be_connected_once_more_after_a_write_is_not_tried_at_each_call)
{
    make_disks(2);
    roles[0] = DISK_EMULATED;
    start(MODE_LINGER);
    CHECK_EQUAL(write_sector(0, 5), 0);
    CHECK_EQUAL(read_and_compare(1, 9), 0);
    backends[0]->config.ignores = 1u << XenbusStateInitialised;
    CHECK_EQUAL(firmware_give_up(disks.disk[0]), 0);
    /* This closes the other disk, which was not used meanwhile. */
    disks_close_idle(&disks);
    limit_begin();
    CHECK_EQUAL(requests_of_using_another_drive(20), 0);
    limit_check(100);
}

TEST(the_log_warns_once_of_old_data_if_a_backend_is_gone_after_a_write)
{
    make_disks(2);
    roles[0] = DISK_EMULATED;
    start(MODE_LINGER);
    CHECK_EQUAL(write_sector(0, 5), 0);
    CHECK_EQUAL(read_and_compare(1, 9), 0);
    backend_vanish(backends[0]);
    CHECK_EQUAL(firmware_give_up(disks.disk[0]), 0);
    CHECK(log_has("xvda: dom0's page cache may hold old data of it"));
    disks_close_idle(&disks);
    log_reset();
    CHECK_EQUAL(requests_of_using_another_drive(20), 0);
    CHECK(!log_has("xvda: dom0's page cache may hold old data of it"));
}

/**** One limit ****/

TEST(leaving_sixteen_disks_to_their_emulated_twins_takes_one_limit)
{
    make_disks(DISKS);
    for (unsigned i = 0; i < DISKS; i++)
        roles[i] = DISK_EMULATED;
    find_disks(MODE_LINGER);
    for (unsigned i = 0; i < DISKS; i++)
        backends[i]->config.ignores = ~0u;
    limit_begin();
    for (unsigned i = 0; i < DISKS; i++)
        disks_leave_to_emulated(disks.disk[i]);
    disks_ready(&disks);
    limit_check(CLOSE_LIMIT_MS + 2000);
    for (unsigned i = 0; i < DISKS; i++) {
        CHECK(vbd_is_at_rest(disks.vbd[i]));
        CHECK(!disks_usable(disks.disk[i]));
    }
}

TEST(a_disk_of_larger_blocks_is_used_beside_one_that_does_not_answer)
{
    make_disks(2);
    backends[0]->config.deaf = true;
    backends[1]->config.only_blocks_of = 4096;
    start(MODE_LINGER);
    CHECK(!disks_usable(disks.disk[0]));
    CHECK(disks_usable(disks.disk[1]));
    CHECK_EQUAL(read_and_compare(1, 9), 0);
}

/**** No flood of requests ****/

#define SECONDS 40u

static uint64_t counted_from_us;
static unsigned counted[SECONDS];

static void count_request(void *context, const struct store_request *request,
                          struct store_reply *reply)
{
    uint64_t second = (clock_now_us() - counted_from_us) / 1000000;

    (void)context;
    (void)request;
    (void)reply;
    if (second < SECONDS)
        counted[second]++;
}

TEST(backends_that_do_not_answer_and_one_that_does_not_close_cost_xenstored_20_requests_a_second)
{
    make_disks(DISKS);
    start(MODE_LINGER);
    for (unsigned i = 0; i < DISKS; i++) {
        if (i)
            CHECK_EQUAL(write_sector(i, 10 + i), 0);
        backends[i]->config.deaf = true;
        backends[i]->config.ignores = ~0u;
    }
    memset(counted, 0, sizeof(counted));
    counted_from_us = clock_now_us();
    store_config.hook = count_request;
    disks_close_all(&disks);
    /* Until the first disk is abandoned. */
    for (unsigned second = 2; second < CLOSE_LIMIT_MS / 1000; second++) {
        test_note("second %u", second);
        CHECK(counted[second] <= 20);
    }
}

/**** Blocks ****/

static bool beyond;

static bool refuse_beyond_the_end(void *context, struct backend *backend,
                                  const struct backend_request *request)
{
    uint64_t end = request->sector;

    (void)context;
    for (unsigned i = 0; i < request->segments; i++)
        end += request->segment[i].last - request->segment[i].first + 1u;
    if (end <= 2004)
        return false;
    beyond = true;
    backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return true;
}

/* fault: backend and toolstack | a backend serves larger blocks than it reports, and the disk ends
 * within one | requests nothing beyond its end */
TEST(no_request_goes_beyond_the_end_of_a_disk_that_is_no_multiple_of_its_learned_blocks)
{
    make_disks(1);
    backends[0]->config.only_blocks_of = 4096;
    backends[0]->config.sectors = "2004";
    backends[0]->config.hook = refuse_beyond_the_end;
    beyond = false;
    start(MODE_LINGER);
    CHECK_EQUAL(read_and_compare(0, 9), 0);
    read_and_compare(0, 2003);
    write_sector(0, 2001);
    CHECK(!beyond);
}

/**** Calls within a call, and abandoned calls ****/

static void interrupt_at(unsigned wait, void (*handler)(void))
{
    xen_at_wait(wait, handler);
}

/* An interrupt handler that calls int13: write to a drive of SeaBIOS, and read a PV drive. */
static void write_through_another_drive(void)
{
    static uint8_t written[SECTOR_BYTES] = "by an emulated drive", found[SECTOR_BYTES];

    disk_write(5, written);
    disks_forget_cached(&disks);
    CHECK_EQUAL(disks_read(disks.disk[0], 5, 1, found), -XEN_EBUSY);
}

/* fault: call within a call | the handler of an interrupt writes to an emulated drive, which may
 * show the same bytes | drops the cache when the waiting call has ended */
TEST(the_cache_is_dropped_after_a_write_to_an_emulated_drive_during_a_call)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT};

    for (unsigned i = 0; i < 2; i++) {
        make_disks(1);
        start(modes[i]);
        CHECK_EQUAL(read_and_compare(0, 5), 0);
        interrupt_at(0, write_through_another_drive);
        CHECK_EQUAL(read_and_compare(0, 3000), 0);
        CHECK(xen_fault.hits);
        CHECK_EQUAL(read_and_compare(0, 5), 0);
    }
}

static jmp_buf abandoned;

static void abandon_the_call(void)
{
    longjmp(abandoned, 1);
}

static void check_closed(void)
{
    world_check_grants_clean();
    world_check_ports_clean();
    world_check_frames_clean();
    world_check_ring_idle();
}

/* Abandon a call at a wait, to a lost disk that the backend has released since. Return: whether
 * there was such a wait. */
static bool abandon_while_it_is_found_again(unsigned wait)
{
    make_disks(1);
    start(MODE_LINGER);
    CHECK_EQUAL(read_and_compare(0, 5), 0);
    firmware_lose(disks.vbd[0], backends[0]);
    firmware_release_pages(backends[0]);
    interrupt_at(wait, abandon_the_call);
    if (!setjmp(abandoned)) {
        read_and_compare(0, 2000);
        return false;
    }
    disks_close_all(&disks);
    CHECK(!disks_are_open(&disks));
    check_closed();
    return true;
}

/* Abandon a call in each of its waits: the disk is as usual once its backend has released the
 * pages. Return: the number of waits. */
static unsigned abandon_in_each_wait(bool (*abandon)(unsigned wait))
{
    volatile unsigned wait = 0;

    for (; abandon(wait); wait++) {
        test_note("wait %u", wait);
        firmware_release_pages(backends[0]);
        CHECK_EQUAL(read_and_compare(0, 2000), 0);
        disks_close_all(&disks);
        check_closed();
    }
    return wait;
}

TEST(a_call_abandoned_while_a_lost_disk_is_found_again_leaves_nothing_mapped)
{
    CHECK(abandon_in_each_wait(abandon_while_it_is_found_again) > 3);
}

/* Lose a disk whose backend is told again at the next call, and wait often in that call. */
static void lose_the_disk_of_a_slow_store(void)
{
    make_disks(1);
    start(MODE_LINGER);
    CHECK_EQUAL(read_and_compare(0, 5), 0);
    firmware_lose(disks.vbd[0], backends[0]);
    world_pass_ms(1000);
    store_config.chunk = 5;
    store_config.chunk_us = 300;
}

/* The same to a disk whose backend still has its pages, and is told again to release them. */
static bool abandon_while_it_is_lost(unsigned wait)
{
    lose_the_disk_of_a_slow_store();
    interrupt_at(wait, abandon_the_call);
    if (!setjmp(abandoned)) {
        CHECK(read_and_compare(0, 2000) < 0);
        return false;
    }
    disks_close_all(&disks);
    world_check_ports_clean();
    world_check_frames_clean();
    world_check_ring_idle();
    return true;
}

TEST(a_call_abandoned_while_a_disk_is_lost_leaves_nothing_mapped)
{
    CHECK(abandon_in_each_wait(abandon_while_it_is_lost) > 1);
}

/* fault: restore and migration | the guest is restored while a call tells the backend of a lost
 * disk again to release the pages | leaves the new directory as the toolstack made it */
TEST(a_restore_while_a_disk_is_lost_leaves_its_new_directory_alone)
{
    unsigned wait = 0;

    do {
        test_note("wait %u", wait);
        lose_the_disk_of_a_slow_store();
        interrupt_at(wait++, world_restore);
        disks_close_all(&disks);
        if (xen_fault.hits)
            world_check_store_clean();
    } while (xen_fault.hits);
    CHECK(wait > 10);
}

static void restore_with_good_backends(void)
{
    backends[0]->config.keeps_pages = false;
    world_restore();
}

/* fault: restore and migration | the guest is restored while a disk is closed whose backend keeps
 * its pages | leaves the new directory as the toolstack made it */
TEST(a_restore_while_a_disk_becomes_lost_leaves_its_new_directory_alone)
{
    unsigned wait = 0;

    do {
        test_note("wait %u", wait);
        make_disks(1);
        start(MODE_STRICT);
        backends[0]->config.keeps_pages = true;
        store_config.chunk = 5;
        store_config.chunk_us = 300;
        interrupt_at(wait++, restore_with_good_backends);
        read_and_compare(0, 2000);
        if (xen_fault.hits)
            world_check_clean();
    } while (xen_fault.hits);
    CHECK(wait > 10);
}

/* The same for a call in strict mode while xenstored sends its replies in pieces. */
static bool abandon_in_the_middle_of_a_reply(unsigned wait)
{
    make_disks(1);
    start(MODE_STRICT);
    store_config.chunk = 5;
    store_config.chunk_us = 300;
    interrupt_at(wait, abandon_the_call);
    if (!setjmp(abandoned)) {
        read_and_compare(0, 2000);
        return false;
    }
    disks_close_all(&disks);
    check_closed();
    return true;
}

TEST(a_call_abandoned_in_the_middle_of_a_reply_leaves_the_ring_in_step)
{
    volatile unsigned wait = 0;

    for (; abandon_in_the_middle_of_a_reply(wait); wait++) {
        test_note("wait %u", wait);
        CHECK(!xenstore_is_closed(&disks.core->store));
        CHECK_EQUAL(read_and_compare(0, 2000), 0);
    }
    CHECK(wait > 20);
}

/**** A second chance ****/

TEST(checking_a_disk_opens_it_if_its_backend_has_come_back)
{
    make_disks(1);
    start(MODE_STRICT);
    backends[0]->config.ignores = 1u << XenbusStateInitialised;
    CHECK_EQUAL(read_and_compare(0, 2000), -XEN_ENOTCONN);
    backends[0]->config.ignores = 0;
    CHECK_EQUAL(disks_check(disks.disk[0], 2000, 1), 0);
}

/**** Writes that are lost ****/

static bool fall_silent(void *context, struct backend *backend,
                        const struct backend_request *request)
{
    (void)context;
    (void)request;
    backend->config.silent = true;
    return false;
}

TEST(a_write_whose_backend_was_only_asked_to_read_before_it_is_not_lost)
{
    make_disks(1);
    roles[0] = DISK_EMULATED;
    start(MODE_LINGER);
    backends[0]->config.hook = fall_silent;
    CHECK_EQUAL(write_sector(0, 5), -XEN_ETIMEDOUT);
    CHECK_EQUAL(disks.vbd[0]->state, VBD_LOST);
    CHECK(!disk_write_is_lost(disks.disk[0]));
}

/**** No flood of the log ****/

TEST(the_second_call_to_a_disk_that_cannot_be_opened_logs_no_wait)
{
    static const unsigned ignored[] = {1u << XenbusStateInitialised, ~0u};

    for (unsigned i = 0; i < 2; i++) {
        make_disks(1);
        start(MODE_STRICT);
        backends[0]->config.ignores = ignored[i];
        if (i)
            backend_vanish(backends[0]);
        CHECK_EQUAL(read_and_compare(0, 2000), -XEN_ENOTCONN);
        CHECK(log_has("xvda: waiting for its backend"));
        log_reset();
        CHECK_EQUAL(read_and_compare(0, 2000), -XEN_ENOTCONN);
        CHECK(!log_has("xvda: waiting for its backend"));
    }
}

TEST(a_grant_table_of_another_version_is_logged_once)
{
    make_disks(1);
    start(MODE_STRICT);
    for (unsigned i = 0; i < 2; i++) {
        xen_config.grant_version = 2;
        CHECK_EQUAL(read_and_compare(0, 1000 + 2000 * i), -XEN_ENOTCONN);
        CHECK(log_has("grant table: left to the driver"));
        log_reset();
        CHECK_EQUAL(read_and_compare(0, 1000 + 2000 * i), -XEN_ENOTCONN);
        CHECK(!log_has("grant table: left to the driver"));
        xen_config.grant_version = 1;
        CHECK_EQUAL(read_and_compare(0, 1000 + 2000 * i), 0);
    }
}

/**** Closing and giving up several ****/

static void give_up_all(void)
{
    CHECK_EQUAL(disks_give_up_all(disks.disk, disks.count), 0);
}

static void close_all(void)
{
    disks_close_all(&disks);
}

static void check_one_limit_of_ending(void (*end)(void))
{
    make_disks(DISKS);
    for (unsigned i = 0; i < DISKS; i++)
        roles[i] = DISK_EMULATED;
    start(MODE_LINGER);
    for (unsigned i = 0; i < DISKS; i++) {
        CHECK_EQUAL(write_sector(i, 10 + i), 0);
        backends[i]->config.deaf = true;
    }
    limit_begin();
    end();
    limit_check(IO_LIMIT_MS + CLOSE_LIMIT_MS + 2000);
    CHECK(!disks_are_open(&disks));
}

TEST(closing_sixteen_twins_whose_backends_have_fallen_silent_takes_one_limit)
{
    check_one_limit_of_ending(close_all);
}

TEST(giving_up_sixteen_twins_whose_backends_have_fallen_silent_takes_one_limit)
{
    check_one_limit_of_ending(give_up_all);
}

/**** What no other test covers ****/

TEST(a_twin_that_was_written_to_is_connected_once_more_when_it_is_closed_for_another_drive)
{
    make_disks(1);
    roles[0] = DISK_EMULATED;
    start(MODE_LINGER);
    CHECK_EQUAL(write_sector(0, 5), 0);
    world_pass_ms(1100);
    disks_close_idle(&disks);
    CHECK_EQUAL(backends[0]->connects, 2);
    world_check_clean();
}

TEST(a_twin_whose_backend_uses_the_page_cache_is_not_connected_once_more)
{
    make_disks(0);
    backends[0] = world_add_disk_of(XVD(0), BACKEND_QDISK_NEW);
    roles[0] = DISK_EMULATED;
    start(MODE_LINGER);
    CHECK_EQUAL(write_sector(0, 5), 0);
    disks_close_all(&disks);
    CHECK_EQUAL(backends[0]->connects, 1);
    world_check_clean();
}

TEST(a_read_learns_the_block_size)
{
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);

    backend->config.only_blocks_of = 4096;
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 3, 2), 0);
    firmware_check_end(&firmware);
}

TEST(a_learned_block_size_does_not_hold_for_a_disk_of_another_size)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], 3, 1), 0);
    disk_io_close(firmware.vbd[0]);
    backend->config.sectors = "2048";
    backend->config.only_blocks_of = 4096;
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], 3, 1), 0);
    firmware_check_end(&firmware);
}

TEST(a_learned_block_size_does_not_hold_if_the_backend_reports_a_larger_one)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], 3, 1), 0);
    disk_io_close(firmware.vbd[0]);
    backend->config.sector_size = "4096";
    backend->config.align = 4096;
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], 3, 1), 0);
    firmware_check_end(&firmware);
}

/* fault: backend and toolstack | the backend of a PV-only disk comes back, and the disk may have
 * changed meanwhile | does not serve it from the cache */
TEST(a_disk_that_has_come_back_is_not_served_from_the_cache)
{
    static const uint8_t written[SECTOR_BYTES] = "by the next owner of the disk";

    make_disks(1);
    start(MODE_STRICT);
    CHECK_EQUAL(read_and_compare(0, 5), 0);
    const char *sectors = backends[0]->config.sectors;
    backends[0]->config.sectors = "nonsense";
    CHECK_EQUAL(read_and_compare(0, 2000), -XEN_ENOTCONN);
    backends[0]->config.sectors = sectors;
    disk_write(5, written);
    CHECK_EQUAL(read_and_compare(0, 5), 0);
}

TEST(a_reset_of_a_disk_that_could_not_be_opened_takes_no_longer_than_another_call)
{
    make_disks(1);
    start(MODE_STRICT);
    backend_vanish(backends[0]);
    CHECK_EQUAL(read_and_compare(0, 2000), -XEN_ENOTCONN);
    limit_begin();
    CHECK_EQUAL(read_and_compare(0, 2000), -XEN_ENOTCONN);
    limit_check(3000);
    limit_begin();
    CHECK_EQUAL(disks_reset(disks.disk[0]), -XEN_ENOTCONN);
    limit_check(3000);
}

/* Abandon a call that connects, at a wait. Return: whether there was such a wait. */
static bool abandon_while_it_connects(unsigned wait)
{
    make_disks(1);
    start(MODE_STRICT);
    interrupt_at(wait, abandon_the_call);
    if (!setjmp(abandoned)) {
        read_and_compare(0, 2000);
        return false;
    }
    disks_close_all(&disks);
    check_closed();
    return true;
}

TEST(a_call_abandoned_for_a_boot_leaves_no_transaction_open)
{
    volatile unsigned wait = 0;

    for (; abandon_while_it_connects(wait); wait++) {
        test_note("wait %u", wait);
        CHECK(!store_has_transaction());
    }
    CHECK(wait > 20);
}
