/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Twins, and stale copies of what disks hold. */
#include "firmware.h"
#include "test.h"

#include "seabios/int13/twin_policy.h"

#include <stdio.h>

#define DISKS 3u

static struct disks disks;
static struct backend *backends[DISKS];
static enum disk_role roles[DISKS];
static unsigned next_role;

static enum disk_role choose_role(struct disk *disk)
{
    (void)disk;
    return roles[next_role++];
}

static void start(enum handover_mode mode)
{
    static char names[XENSTORE_PAYLOAD_MAX];
    const struct disks_options options = {
        .mode = mode,
        .pool_pages = DISKS * POOL_PAGES,
        .cache_bytes = 24 * CACHE_LINE_BYTES,
    };

    world_reset();
    memset(&disks, 0, sizeof(disks));
    next_role = 0;
    for (unsigned i = 0; i < DISKS; i++)
        backends[i] = world_add_disk(XVD(i));
    CHECK_EQUAL(disks_start(&disks, firmware_core(), &options, choose_role, names), 0);
    disks_ready(&disks);
}

static void start_with(enum handover_mode mode, enum disk_role a, enum disk_role b)
{
    roles[0] = a;
    roles[1] = b;
    roles[2] = DISK_ALONE;
    start(mode);
}

static void read_and_compare(unsigned which, uint64_t sector)
{
    static uint8_t buffer[SECTOR_BYTES], expected[SECTOR_BYTES];

    CHECK_EQUAL(disks_read(disks.disk[which], sector, 1, buffer), 0);
    disk_read(sector, expected);
    CHECK(!memcmp(buffer, expected, SECTOR_BYTES));
}

static void write(unsigned which, uint64_t sector)
{
    static uint8_t buffer[SECTOR_BYTES];
    static uint8_t generation;

    memset(buffer, ++generation, sizeof(buffer));
    CHECK_EQUAL(disks_write(disks.disk[which], sector, 1, buffer), 0);
}

/**** Decisions ****/

/* fault: disk that is emulated as well | the image is not known to be raw, so the two views may
 * differ | never connects the PV disk | also
 * a_disk_that_is_left_to_the_emulated_one_is_never_touched | lab twin-formats */
TEST(an_image_that_is_not_known_to_be_raw_is_left_to_the_emulated_disk)
{
    CHECK(!twin_reason_to_leave(true, true));
    CHECK(!strcmp(twin_reason_to_leave(true, false), "its image is not known to be raw"));
    CHECK(twin_reason_to_leave(false, true));
}

/* fault: disk that is emulated as well | the two views differ in size | uses the emulated drive
 * alone, and closes the PV disk before it reads anything | lab twin-order */
TEST(two_views_of_one_disk_that_differ_in_size_are_not_one_drive)
{
    CHECK_EQUAL(twin_match(true, false, 8192, 8192), TWIN_MATCH_SAME);
    CHECK_EQUAL(twin_match(true, false, 0x2001, 0x2000), TWIN_MATCH_MISMATCH);
    CHECK_EQUAL(twin_match(true, false, 0x2000, 0x2001), TWIN_MATCH_MISMATCH);
    /* A backend that counts in units of 4096 bytes. */
    CHECK_EQUAL(twin_match(true, false, 8192, 1024), TWIN_MATCH_MISMATCH);
    CHECK_EQUAL(twin_match(true, true, 8192, 8192), TWIN_MATCH_OTHER);
    CHECK_EQUAL(twin_match(false, false, 0, 8192), TWIN_MATCH_NONE);
}

TEST(only_errors_that_are_not_the_callers_fault_go_to_the_emulated_disk)
{
    static const int of_pv[] = {0, -XEN_EBUSY, -XEN_EINVAL, -XEN_EROFS};
    static const int others[] = {-XEN_EIO, -XEN_EOPNOTSUPP, -XEN_ETIMEDOUT, -XEN_ENOTCONN,
                                 -XEN_EBADMSG};

    for (unsigned i = 0; i < sizeof(of_pv) / sizeof(of_pv[0]); i++)
        CHECK_EQUAL(twin_answer(of_pv[i], true), TWIN_ANSWER_PV);
    for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        CHECK_EQUAL(twin_answer(others[i], false), TWIN_ANSWER_EMULATED);
        CHECK_EQUAL(twin_answer(others[i], true), TWIN_ANSWER_ERROR);
    }
}

TEST(the_keys_of_an_image_decide_whether_it_is_raw)
{
    static const struct {
        const char *type, *params;
        bool qdisk, raw;
    } cases[] = {
        {"phy", "/dev/vg/disk", false, true},
        {"phy", "/images/disk.img", false, true},
        {"qdisk", "aio:/disk.img", true, true},
        {"qdisk", "qcow2:/disk.img", true, false},
        {"qdisk", "vhd:/disk.img", true, false},
        {"qdisk", "qed:/disk.img", true, false},
        {"qdisk", "", true, false},
        {"", "aio:/disk.img", true, false},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct firmware firmware;
        struct backend *backend;
        char key[BACKEND_PATH_BYTES + 16];

        world_reset();
        backend = world_add_disk_of(XVD(0), cases[i].qdisk ? BACKEND_QDISK_NEW : BACKEND_LINUX);
        snprintf(key, sizeof(key), "%s/type", backend->path);
        store_write(key, "%s", cases[i].type);
        snprintf(key, sizeof(key), "%s/params", backend->path);
        store_write(key, "%s", cases[i].params);
        CHECK_EQUAL(firmware_start(&firmware), 0);
        test_note("%s %s", cases[i].type, cases[i].params);
        CHECK_EQUAL(vbd_is_raw(firmware.vbd[0]), cases[i].raw);
    }
}

TEST(a_disk_that_is_left_to_the_emulated_one_is_never_touched)
{
    start_with(MODE_LINGER, DISK_LEFT, DISK_ALONE);
    static uint8_t buffer[SECTOR_BYTES];

    CHECK_EQUAL(backends[0]->connects, 0);
    CHECK_EQUAL(backends[1]->connects, 1);
    CHECK_EQUAL(disks_read(disks.disk[0], 0, 1, buffer), -XEN_ENOTCONN);
    CHECK_EQUAL(disks_write(disks.disk[0], 0, 1, buffer), -XEN_ENOTCONN);
    CHECK_EQUAL(disks_reset(disks.disk[0]), -XEN_ENOTCONN);
    disks_close_all(&disks);
    CHECK_EQUAL(backends[0]->connects, 0);
    world_check_clean();
}

/**** Dom0's page cache ****/

/* Blkback drops it when it connects. */
/* fault: disk that is emulated as well | dom0 has cached the old content of a block device that PV
 * has written to | connects once more before the emulated disk serves, or when it closes the disk
 * for a system: blkback drops the cache when it connects | also
 * a_twin_that_was_written_to_is_connected_once_more_when_it_is_closed_for_another_drive | lab
 * twin-page-cache */
TEST(after_a_write_over_pv_a_twin_is_connected_once_more_before_the_emulated_disk_serves)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT};

    for (unsigned i = 0; i < 2; i++) {
        start_with(modes[i], DISK_EMULATED, DISK_EMULATED);
        write(0, 5);
        read_and_compare(1, 5);
        unsigned written = backends[0]->connects, read = backends[1]->connects;
        disks_close_all(&disks);
        CHECK_EQUAL(backends[0]->connects, written + 1);
        CHECK_EQUAL(backends[1]->connects, read);
        world_check_clean();
        /* Only once. */
        disks_close_all(&disks);
        CHECK_EQUAL(backends[0]->connects, written + 1);

        write(0, 5);
        written = backends[0]->connects;
        CHECK_EQUAL(firmware_give_up(disks.disk[0]), 0);
        CHECK_EQUAL(backends[0]->connects, written + 1);
        world_pass_ms(1100);
        disks_close_idle(&disks);
        world_check_clean();
    }
}

TEST(a_pv_only_disk_is_not_connected_once_more_after_a_write)
{
    start_with(MODE_LINGER, DISK_EMULATED, DISK_EMULATED);
    write(2, 5);
    disks_close_all(&disks);
    CHECK_EQUAL(backends[2]->connects, 1);
}

TEST(a_disk_that_a_system_has_taken_after_a_write_is_not_connected_once_more)
{
    start_with(MODE_STRICT, DISK_EMULATED, DISK_EMULATED);
    write(0, 5);
    unsigned connects = backends[0]->connects;
    backends[0]->config.ignores = ~0u;
    backend_set_state(backends[0], XenbusStateConnected);
    limit_begin();
    disks_close_all(&disks);
    limit_check(100);
    CHECK_EQUAL(backends[0]->connects, connects);
    CHECK(log_has("xvda: dom0's page cache may hold old data of it"));
}

/**** Another image ****/

/* Attach the first disk anew, with this image and this many sectors, and read a sector that is not
 * in the cache. Return: what disks_read returns. */
static int read_attached_anew(const char *params, const char *sectors)
{
    static uint8_t buffer[SECTOR_BYTES];

    world_detach(backends[0]);
    backends[0]->config.sectors = sectors;
    world_attach(backends[0], params);
    return disks_read(disks.disk[0], 1000, 1, buffer);
}

/* fault: disk that is emulated as well | the toolstack detaches the PV disk between two calls and
 * attaches another image | connects only to the image and the size of POST: the emulated disk
 * serves, and nothing of the other image is read or written | lab twin-fallback */
TEST(a_twin_whose_pv_disk_has_another_image_is_left_to_the_emulated_disk)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT};

    for (unsigned i = 0; i < 4; i++) {
        start_with(modes[i % 2], DISK_EMULATED, DISK_ALONE);
        read_and_compare(0, 4);
        const char *sectors = i < 2 ? backends[0]->config.sectors : "4088";
        unsigned requests = backends[0]->requests;
        test_note("%s, %s sectors", handover_mode_names[modes[i % 2]], sectors);
        int error = read_attached_anew(i < 2 ? "/other.img" : NULL, sectors);
        CHECK_EQUAL(twin_answer(error, disk_write_is_lost(disks.disk[0])), TWIN_ANSWER_EMULATED);
        CHECK_EQUAL(backends[0]->requests, requests);
        CHECK(log_has("xvda: not used: its backend has another image: ENODEV"));
        disks_close_all(&disks);
        world_check_clean();
    }
}

TEST(a_twin_that_is_attached_again_with_its_image_is_connected_again)
{
    start_with(MODE_STRICT, DISK_EMULATED, DISK_ALONE);
    read_and_compare(0, 4);
    CHECK_EQUAL(read_attached_anew(NULL, backends[0]->config.sectors), 0);
    disks_close_all(&disks);
    world_check_clean();
}

/**** Other copies ****/

/* fault: disk that is emulated as well | int13 writes to another drive, which may show the same
 * bytes | drops the cache | also the_cache_is_dropped_after_a_write_to_an_emulated_drive */
TEST(the_cache_is_dropped_after_a_write_to_another_disk)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT};

    /* Both show the same sectors: the model has one disk behind all backends. */
    for (unsigned i = 0; i < 2; i++) {
        start_with(modes[i], DISK_ALONE, DISK_ALONE);
        read_and_compare(0, 5);
        write(1, 5);
        read_and_compare(0, 5);
        read_and_compare(1, 5);
        /* Its own copy has the new data. */
        unsigned requests = backends[1]->requests;
        write(0, 6);
        write(1, 5);
        read_and_compare(1, 5);
        (void)requests;
    }
}

TEST(the_cache_is_dropped_after_a_write_to_an_emulated_drive)
{
    static const uint8_t written[SECTOR_BYTES] = "by an emulated drive";

    start_with(MODE_STRICT, DISK_ALONE, DISK_ALONE);
    read_and_compare(0, 5);
    disk_write(5, written);
    disks_forget_cached(&disks);
    read_and_compare(0, 5);
}
