/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Disks that are resized, detached and attached again while the guest runs. */
#include "firmware.h"
#include "test.h"
#include "xen/base/handover_mode.h"

#include <stdio.h>

static struct disks disks;
static struct disk *disk;
static struct backend *backend;

static uint32_t leaves;

static void start(enum handover_mode mode)
{
    const struct disks_options options = {
        .mode = mode, .pool_pages = POOL_PAGES, .cache_bytes = 8 * CACHE_LINE_BYTES};

    world_reset();
    if (leaves)
        xen_config.cpuid_leaves = leaves;
    memset(&disks, 0, sizeof(disks));
    backend = world_add_disk(XVD(4));
    world_add_disk(XVD(5));
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    disk = disks.disk[0];
}

static int read_and_compare(struct disk *from, uint64_t sector)
{
    static uint8_t buffer[SECTOR_BYTES], expected[SECTOR_BYTES];
    int error = disks_read(from, sector, 1, buffer);

    disk_read(sector, expected);
    if (!error)
        CHECK(!memcmp(buffer, expected, SECTOR_BYTES));
    return error;
}

/* What libxl leaves of a disk that it has detached, with the backend's consent or by force. */
static void detach(void)
{
    tree_remove(&store_tree, backend->frontend);
    backend_vanish(backend);
}

static void attach(const char *sectors)
{
    backend->gone = false;
    backend_forget(backend);
    backend->config.sectors = sectors;
    world_write_disk(backend);
}

static void set_frontend(const char *key, const char *value)
{
    char path[200];

    snprintf(path, sizeof(path), "%s/%s", backend->frontend, key);
    store_write(path, "%s", value);
}

static void set_backend(const char *key, const char *value)
{
    char path[200];

    snprintf(path, sizeof(path), "%s/%s", backend->path, key);
    store_write(path, "%s", value);
}

static int frontend_state(void)
{
    return xenbus_read_state(&disks.core->store, disk->vbd.frontend);
}

static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};

/* fault: backend and toolstack | the toolstack detaches a disk, and attaches it again | its calls
 * fail at once, with no time limit, other disks go on; the first call after that uses it again |
 * lab disks-change */
TEST(a_disk_that_is_detached_fails_at_once_and_is_used_again_when_it_is_attached)
{
    for (unsigned i = 0; i < 2; i++) {
        test_note("mode %u", modes[i]);
        start(modes[i]);
        CHECK_EQUAL(read_and_compare(disk, 2000), 0);
        /* Another driver may have had an idle disk. */
        world_pass_ms(1100);
        detach();
        limit_begin();
        for (unsigned call = 0; call < 5; call++)
            CHECK_EQUAL(read_and_compare(disk, 2500), -XEN_ENOTCONN);
        limit_check(200);
        CHECK(log_has("xenpv: xvde: not used: the toolstack has detached it: ENOENT, after "));
        CHECK_EQUAL(vbd_failure_level(&disk->vbd), LOG_LEVEL_DEBUG);
        CHECK(!tree_find(&store_tree, backend->frontend));
        CHECK_EQUAL(read_and_compare(disks.disk[1], 2500), 0);
        attach("4096");
        CHECK_EQUAL(read_and_compare(disk, 2500), 0);
        CHECK_EQUAL(read_and_compare(disk, 2000), 0);
        disks_close_all(&disks);
        world_check_store_clean();
        world_check_grants_clean();
        /* The port of a connection that something else may have ended is not touched any more. */
        if (modes[i] == MODE_STRICT)
            world_check_clean();
    }
}

/* fault: backend and toolstack | the toolstack asks for a disk that is closed | follows in the next
 * call, so that the toolstack need not use force; the call fails at once | lab disks-change */
TEST(a_call_to_a_disk_that_the_toolstack_asks_for_lets_it_go)
{
    start(MODE_STRICT);
    set_backend("online", "0");
    backend_set_state(backend, XenbusStateClosing);
    limit_begin();
    CHECK_EQUAL(read_and_compare(disk, 2500), -XEN_ENOTCONN);
    limit_check(200);
    CHECK(log_has("the toolstack has detached it"));
    CHECK_EQUAL(frontend_state(), XenbusStateClosed);
    /* The backend follows, and xl takes its time to remove the directories. */
    backend_set_state(backend, XenbusStateClosed);
    limit_begin();
    CHECK_EQUAL(read_and_compare(disk, 2500), -XEN_ENOTCONN);
    limit_check(200);
    detach();
    attach("4096");
    CHECK_EQUAL(read_and_compare(disk, 2500), 0);
    world_check_clean();
}

/* fault: restore and migration | the guest is restored while a call lets go of a disk for which the
 * toolstack has asked | leaves the new directory as the toolstack made it */
TEST(a_restore_while_a_disk_is_let_go_leaves_its_new_directory_alone)
{
    unsigned wait = 0;

    do {
        test_note("wait %u", wait);
        start(MODE_STRICT);
        set_backend("online", "0");
        backend_set_state(backend, XenbusStateClosing);
        store_config.chunk = 5;
        store_config.chunk_us = 300;
        xen_at_wait(wait++, world_restore);
        read_and_compare(disk, 2500);
        if (xen_fault.hits)
            world_check_clean();
    } while (xen_fault.hits);
    CHECK(wait > 10);
}

TEST(a_frontend_of_another_owner_does_not_follow_the_toolstack)
{
    start(MODE_STRICT);
    set_frontend("state", "3");
    set_backend("online", "0");
    backend_set_state(backend, XenbusStateClosing);
    CHECK_EQUAL(read_and_compare(disk, 2500), -XEN_ENOTCONN);
    CHECK_EQUAL(frontend_state(), XenbusStateInitialised);
}

TEST(a_backend_that_closes_although_it_is_online_is_waited_for)
{
    start(MODE_STRICT);
    set_backend("online", "1");
    backend_set_state(backend, XenbusStateClosing);
    CHECK_EQUAL(read_and_compare(disk, 2500), -XEN_ENOTCONN);
    CHECK(!log_has("the toolstack has detached it"));
    CHECK_EQUAL(frontend_state(), XenbusStateInitialising);
}

TEST(a_disk_that_is_detached_in_the_middle_of_a_read_ends_it_with_an_error)
{
    start(MODE_LINGER);
    CHECK_EQUAL(read_and_compare(disk, 2000), 0);
    detach();
    limit_begin();
    CHECK_EQUAL(read_and_compare(disk, 3000), -XEN_ENOTCONN);
    limit_check(3000);
    CHECK(!tree_find(&store_tree, backend->frontend));
    CHECK_EQUAL(read_and_compare(disks.disk[1], 3000), 0);
    attach("4096");
    CHECK_EQUAL(read_and_compare(disk, 3000), 0);
    disks_close_all(&disks);
    world_check_clean();
}

TEST(a_block_size_that_was_learned_is_forgotten_with_the_disk)
{
    start(MODE_STRICT);
    CHECK_EQUAL(disk->vbd.learned_sectors, 1);
    detach();
    CHECK_EQUAL(read_and_compare(disk, 2000), -XEN_ENOTCONN);
    CHECK_EQUAL(disk->vbd.learned_sectors, 0);
    CHECK(!disk->vbd.probe.done);
}

TEST(a_disk_that_grows_or_shrinks_serves_what_it_has_and_the_log_says_so)
{
    start(MODE_STRICT);
    CHECK_EQUAL(read_and_compare(disk, 2000), 0);
    CHECK_EQUAL(log_count("its size is now"), 0);
    attach("6144");
    world_pass_ms(6000);
    CHECK_EQUAL(read_and_compare(disk, 2000), 0);
    CHECK(log_has("xenpv: xvde: its size is now 3 MiB: the BIOS knows it from the next start on"));
    attach("2048");
    world_pass_ms(6000);
    CHECK_EQUAL(read_and_compare(disk, 2000), 0);
    CHECK_EQUAL(read_and_compare(disk, 2048), -XEN_EINVAL);
    CHECK_EQUAL(log_count("its size is now"), 2);
    disks_close_all(&disks);
    world_check_clean();
}

/* fault: backend and toolstack | the toolstack detaches a disk that is open, and attaches another
 * one of the same size, before the next call; it reports the same blocks, but only serves larger
 * ones | learns the size of the blocks again */
TEST(blocks_are_learned_again_if_something_else_has_ended_the_connection)
{
    static const uint8_t bytes[SECTOR_BYTES] = {1};

    start(MODE_LINGER);
    CHECK_EQUAL(disks_write(disk, 2000, 1, bytes), 0);
    world_pass_ms(1100);
    detach();
    backend->config.only_blocks_of = 4096;
    attach("4096");
    CHECK_EQUAL(disks_write(disk, 2001, 1, bytes), 0);
    CHECK_EQUAL(read_and_compare(disk, 2001), 0);
}

/**** Another image ****/

static void attach_image(const char *params, const char *sectors)
{
    backend->config.sectors = sectors;
    world_attach(backend, params);
}

/* The toolstack exchanges the disk, or moves the guest, at the first request of this kind, which
 * gets no response. */
static struct {
    uint8_t operation;
    const char *params, *sectors;
    bool restores; /* the guest is restored, with that disk */
    bool done;
    unsigned writes; /* since */
} exchange;

static bool exchange_at_request(void *context, struct backend *exchanged,
                                const struct backend_request *request)
{
    (void)context;
    (void)exchanged;
    if (exchange.done) {
        exchange.writes += request->operation == BLKIF_OP_WRITE;
        return false;
    }
    if (request->operation != exchange.operation)
        return false;
    exchange.done = true;
    if (exchange.restores) {
        world_restore_as(1, false, false);
        backend_write_key(backend, "params", exchange.params);
        return true;
    }
    detach();
    attach_image(exchange.params, exchange.sectors);
    return true;
}

/* fault: backend and toolstack | the toolstack detaches a PV-only disk and attaches another image
 * under its name | calls fail, and nothing of the other image is read or written: programs know the
 * first one; when that is attached again, the next call uses it | lab disks-change */
TEST(a_disk_that_has_another_image_is_left_alone_until_it_has_its_own_again)
{
    static const uint8_t bytes[SECTOR_BYTES] = {1};

    for (unsigned i = 0; i < 2; i++) {
        test_note("mode %u", modes[i]);
        start(modes[i]);
        CHECK_EQUAL(read_and_compare(disk, 2000), 0);
        world_pass_ms(1100);
        unsigned requests = backend->requests;
        detach();
        CHECK_EQUAL(read_and_compare(disk, 2500), -XEN_ENOTCONN);
        attach_image("/other.img", "4096");
        for (unsigned call = 0; call < 3; call++) {
            CHECK_EQUAL(read_and_compare(disk, 2500), -XEN_ENOTCONN);
            CHECK_EQUAL(disks_write(disk, 2500, 1, bytes), -XEN_ENOTCONN);
        }
        CHECK_EQUAL(backend->requests, requests);
        CHECK(log_has("xvde: not used: its backend has another image: ENODEV"));
        /* Said once, although the disk was not usable before either. */
        CHECK(disk->vbd.refused);
        CHECK_EQUAL(vbd_failure_level(&disk->vbd), LOG_LEVEL_DEBUG);
        CHECK_EQUAL(vbd_log_level(&disk->vbd), LOG_LEVEL_DEBUG);
        detach();
        attach_image(NULL, "4096");
        CHECK_EQUAL(read_and_compare(disk, 2500), 0);
        disks_close_all(&disks);
        world_check_store_clean();
        world_check_grants_clean();
    }
}

/* fault: backend and toolstack | the toolstack exchanges a disk for one with another name or size
 * while a call writes to it | does not repeat the write: the call fails. An image of another name
 * is refused from then on */
TEST(a_write_to_one_disk_is_never_repeated_on_another)
{
    static const struct {
        const char *params, *sectors;
        bool same;
    } cases[] = {
        {NULL, "4096", true},
        {"/other.img", "4096", false},
        {NULL, "4104", false},
        {NULL, "4088", false},
    };
    static const uint8_t bytes[SECTOR_BYTES] = {1};

    for (unsigned i = 0; i < 3 * sizeof(cases) / sizeof(cases[0]); i++) {
        bool flush = i % 3 == 2;

        start(modes[i % 3 == 1]);
        exchange.operation = flush ? BLKIF_OP_FLUSH_DISKCACHE : BLKIF_OP_WRITE;
        exchange.params = cases[i / 3].params;
        exchange.sectors = cases[i / 3].sectors;
        exchange.restores = exchange.done = false;
        exchange.writes = 0;
        test_note("%s, %s of %s, %s sectors", handover_mode_names[modes[i % 3 == 1]],
                  flush ? "flush" : "write", exchange.params ? exchange.params : "the same image",
                  exchange.sectors);
        backend->config.hook = exchange_at_request;
        int error = disks_write(disk, 2000, 1, bytes);
        CHECK(exchange.done);
        CHECK_EQUAL(error, cases[i / 3].same ? 0 : -XEN_ENOTCONN);
        CHECK_EQUAL(exchange.writes != 0, cases[i / 3].same);
        CHECK_EQUAL(log_has("xvde: its size is now"), strcmp(exchange.sectors, "4096") != 0);
        /* The next call refuses an image of another name, too, and takes one of another size for
         * the same image. */
        error = disks_write(disk, 2000, 1, bytes);
        CHECK_EQUAL(error, exchange.params ? -XEN_ENOTCONN : 0);
        CHECK_EQUAL(exchange.writes != 0, !exchange.params);
    }
}

static bool count_request(void *context, struct backend *other,
                          const struct backend_request *request)
{
    unsigned *requests = context;

    (void)other;
    (void)request;
    ++*requests;
    return false;
}

static unsigned requests_to_other;

static void exchange_now(void)
{
    detach();
    attach_image("/other.img", "4096");
    backend->config.hook = count_request;
    backend->config.context = &requests_to_other;
}

/* fault: backend and toolstack | the toolstack exchanges a disk at any moment of calls that read,
 * write and close it | no request reaches the other image */
TEST(an_exchange_at_any_moment_lets_no_request_reach_the_other_image)
{
    static const uint8_t bytes[SECTOR_BYTES] = {1};

    for (unsigned i = 0; i < 2; i++) {
        unsigned at = 0;

        do {
            test_note("mode %u, wait %u", modes[i], at);
            start(modes[i]);
            requests_to_other = 0;
            xen_at_wait(at++, exchange_now);
            disks_write(disk, 2000, 1, bytes);
            read_and_compare(disk, 2500);
            disks_write(disk, 2001, 1, bytes);
            disks_close_all(&disks);
            CHECK_EQUAL(requests_to_other, 0);
            int error = read_and_compare(disk, 3000);
            CHECK(xen_fault.hits || !error);
            CHECK_EQUAL(requests_to_other, 0);
        } while (xen_fault.hits);
        CHECK(at > 20);
    }
}

/* fault: xenstored | it does not say which image a PV-only disk is connected to | the call fails,
 * and the next one that gets an answer uses the disk */
TEST(a_disk_whose_image_is_not_known_is_not_used)
{
    for (unsigned i = 0; i < 2; i++) {
        start(modes[i]);
        test_note("mode %u", modes[i]);
        CHECK_EQUAL(read_and_compare(disk, 2000), 0);
        detach();
        attach("4096");
        store_config.hook = store_fail_params;
        CHECK_EQUAL(read_and_compare(disk, 3000), -XEN_ENOTCONN);
        CHECK(log_has("xvde: not used: reading its properties: EIO"));
        store_config.hook = NULL;
        CHECK_EQUAL(read_and_compare(disk, 3000), 0);
    }
}

/* fault: restore and migration | the guest is moved to a host where its images have other names |
 * takes them for the same images, also when the guest's number is the same there | lab restore */
TEST(a_disk_may_have_its_image_under_another_name_after_a_restore)
{
    static const uint8_t bytes[SECTOR_BYTES] = {1};

    for (unsigned i = 0; i < 4; i++) {
        start(modes[i % 2]);
        test_note("mode %u, %s", modes[i % 2], i < 2 ? "closed or idle" : "in a write");
        CHECK_EQUAL(disks_write(disk, 2000, 1, bytes), 0);
        if (i < 2) {
            world_restore_as(1, false, false);
            backend_write_key(backend, "params", "/host-b.img");
        } else {
            exchange.operation = BLKIF_OP_WRITE;
            exchange.params = "/host-b.img";
            exchange.done = false;
            exchange.restores = true;
            backend->config.hook = exchange_at_request;
        }
        CHECK_EQUAL(disks_write(disk, 2001, 1, bytes), 0);
        CHECK_EQUAL(read_and_compare(disk, 2500), 0);
        /* From then on this is its image. */
        world_detach(backend);
        world_attach(backend, NULL);
        CHECK_EQUAL(disks_write(disk, 2001, 1, bytes), -XEN_ENOTCONN);
        CHECK(log_has("xvde: not used: its backend has another image: ENODEV"));
    }
}

/* fault: restore and migration | the toolstack exchanges a disk before the guest is saved, or after
 * it is restored, and a call finds that | no call takes that image for the disk's own */
TEST(a_restore_does_not_make_another_image_the_disks_own)
{
    for (unsigned i = 0; i < 2; i++) {
        test_note("mode %u", modes[i]);
        /* Before the save; the disk may have had its own image in between. */
        for (unsigned back = 0; back < 2; back++) {
            start(modes[i]);
            detach();
            attach_image("/other.img", "4096");
            CHECK_EQUAL(read_and_compare(disk, 2500), -XEN_ENOTCONN);
            if (back) {
                detach();
                attach_image(NULL, "4096");
                CHECK_EQUAL(read_and_compare(disk, 2500), 0);
            }
            world_restore_as(1, false, false);
            backend_write_key(backend, "params", "/other.img");
            CHECK_EQUAL(read_and_compare(disk, 3000), -XEN_ENOTCONN);
            /* The first call after a restore has seen what came with the guest. */
            backend_write_key(backend, "params", "/third.img");
            CHECK_EQUAL(read_and_compare(disk, 3000), -XEN_ENOTCONN);
        }
        /* After the restore. */
        start(modes[i]);
        world_restore_as(1, false, false);
        detach();
        CHECK_EQUAL(read_and_compare(disk, 2500), -XEN_ENOTCONN);
        attach_image("/other.img", "4096");
        CHECK_EQUAL(read_and_compare(disk, 2500), -XEN_ENOTCONN);
        detach();
        attach_image(NULL, "4096");
        CHECK_EQUAL(read_and_compare(disk, 2500), 0);
    }
}

TEST(a_restore_that_xen_does_not_tell_of_gives_no_image_another_name)
{
    leaves = 2;
    start(MODE_STRICT);
    leaves = 0;
    world_restore();
    backend_write_key(backend, "params", "/host-b.img");
    CHECK_EQUAL(read_and_compare(disk, 2500), -XEN_ENOTCONN);
    CHECK(log_has("xvde: not used: its backend has another image: ENODEV"));
}
