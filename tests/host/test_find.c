/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Finding the disks. */
#include "firmware.h"
#include "test.h"
#include "xen/disk/disk_io.h"

#include <stdio.h>

#define FRONTEND "/local/domain/1/device/vbd/51776"

TEST(no_disks_is_no_error)
{
    struct firmware firmware;

    world_reset();
    CHECK_EQUAL(firmware_start(&firmware), 0);
    CHECK_EQUAL(firmware.disks, 0);
    CHECK(log_has("this guest has no PV disks"));
    world_check_clean();
}

TEST(all_disks_are_found_in_the_order_of_their_names)
{
    struct firmware firmware;

    world_reset();
    world_add_disk(XVD(5));
    world_add_disk(XVD(0));
    world_add_disk(2048);
    world_add_disk(1u << 28 | 30u << 8);
    CHECK_EQUAL(firmware_start(&firmware), 0);
    CHECK_EQUAL(firmware.disks, 4);
    CHECK(!strcmp(firmware.vbd[0]->vdev.name, "xvda"));
    CHECK(!strcmp(firmware.vbd[1]->vdev.name, "sda"));
    CHECK(!strcmp(firmware.vbd[2]->vdev.name, "xvdf"));
    CHECK(!strcmp(firmware.vbd[3]->vdev.name, "xvdae"));
    CHECK(!strcmp(firmware.vbd[3]->frontend, "device/vbd/268443136"));
    world_check_clean();
}

/* fault: backend and toolstack | `backend`, `backend-id` or `device-type` is missing or invalid;
 * the name of a directory is not a disk's | skips it with a reason in the log, and goes on with the
 * next | also a_disk_without_a_backend_is_skipped_and_the_next_one_found,
 * partitions_and_names_that_are_no_numbers_are_skipped | lab hostile-xenstore */
TEST(directories_of_no_disk_are_skipped_with_a_reason)
{
    static const struct {
        const char *key, *value, *said;
    } cases[] = {
        {"vbd/51776/device-type", "a-name-that-is-too-long", "cannot read its device-type: E2BIG"},
        {"vbd/51776/device-type", "", NULL},
        {"vbd/51776/backend", "", "cannot read its backend"},
        {"vbd/51776/backend-id", "x", "cannot read its backend"},
        {"vbd/51776/backend-id", "-1", "cannot read its backend"},
        {"vbd/51776/backend-id", "32752", "cannot read its backend"},
        {"vbd/51776/backend-id", "99999999999999999999999999", "cannot read its backend"},
        {"vbd/51776/backend",
         "/a/path/that/is/so/long/that/no/toolstack/has/ever/made/one/of/its"
         "/kind/and/so/the/core/has/no/room/for/it",
         "cannot read its backend"},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct firmware firmware;
        char path[100];

        test_note("%s = \"%s\"", cases[i].key, cases[i].value);
        world_reset();
        world_add_disk(XVD(4));
        snprintf(path, sizeof(path), "/local/domain/1/device/%s", cases[i].key);
        store_write(path, "%s", cases[i].value);
        firmware_start(&firmware);
        CHECK_EQUAL(firmware.disks, cases[i].said == NULL);
        if (cases[i].said)
            CHECK(log_has(cases[i].said));
        world_check_clean();
    }
}

TEST(a_device_of_an_unknown_type_is_skipped)
{
    static struct disks disks;
    const struct disks_options options = {.mode = MODE_LINGER, .pool_pages = 32};

    world_reset();
    memset(&disks, 0, sizeof(disks));
    world_add_disk(XVD(4));
    world_add_disk(XVD(5));
    store_write(FRONTEND "/device-type", "tape");
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    CHECK_EQUAL(disks.count, 1);
    CHECK(!strcmp(disks.vbd[0]->vdev.name, "xvdf"));
    CHECK(log_has("xvde: skipped: a tape"));
    disks_close_all(&disks);
    world_check_clean();
}

TEST(a_disk_without_a_backend_is_skipped_and_the_next_one_found)
{
    static const char *const keys[] = {"backend", "backend-id"};

    for (unsigned i = 0; i < 2; i++) {
        struct firmware firmware;
        char path[100];

        world_reset();
        world_add_disk(XVD(4));
        world_add_disk(XVD(5));
        snprintf(path, sizeof(path), FRONTEND "/%s", keys[i]);
        tree_remove(&store_tree, path);
        CHECK_EQUAL(firmware_start(&firmware), -XEN_ENOENT);
        CHECK_EQUAL(firmware.disks, 1);
        CHECK(!strcmp(firmware.vbd[0]->vdev.name, "xvdf"));
        world_check_clean();
    }
}

TEST(a_disk_without_a_device_type_is_a_disk)
{
    struct firmware firmware;

    world_reset();
    world_add_disk(XVD(4));
    tree_remove(&store_tree, FRONTEND "/device-type");
    CHECK_EQUAL(firmware_start(&firmware), 0);
    CHECK_EQUAL(firmware.disks, 1);
}

TEST(partitions_and_names_that_are_no_numbers_are_skipped)
{
    static const char *const names[] = {"51713", "x",          "51776x", "-1",
                                        "0",     "4294967296", "777",    "99999999999999999999999"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct firmware firmware;

        test_note("%s", names[i]);
        world_reset();
        store_write("/local/domain/1/device/vbd/x", "1");
        tree_remove(&store_tree, "/local/domain/1/device/vbd/x");
        char path[100];
        snprintf(path, sizeof(path), "/local/domain/1/device/vbd/%s/state", names[i]);
        store_write(path, "1");
        CHECK_EQUAL(firmware_start(&firmware), 0);
        CHECK_EQUAL(firmware.disks, 0);
        CHECK(log_has("skipped"));
    }
}

/* fault: backend and toolstack | the backend is in a driver domain | uses it | lab
 * driver-domain */
TEST(a_backend_in_a_driver_domain_is_found_and_used)
{
    struct firmware firmware;

    world_reset();
    world_move_backend(world_add_disk(XVD(4)), 7);
    CHECK_EQUAL(firmware_start(&firmware), 0);
    CHECK_EQUAL(firmware.vbd[0]->backend_id, 7);
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 0, 64), 0);
    disk_io_close(firmware.vbd[0]);
    world_check_clean();
}

/* fault: xenstored | there are more device directories than a quota allows | reads all of them */
TEST(a_thousand_directories_are_searched)
{
    struct firmware firmware;
    char path[100];

    world_reset();
    for (unsigned i = 0; i < 800; i++) {
        snprintf(path, sizeof(path), "/local/domain/1/device/vbd/%u", i + 100);
        store_write(path, "x");
    }
    CHECK(firmware_start(&firmware) <= 0);
    world_check_clean();
}

/**** More disks than drives ****/

/* The number of the disk with this index: "xvda" is 0. */
static uint32_t xvd_number(unsigned index)
{
    return index < 16 ? XVD(index) : 1u << 28 | index << 8;
}

/* Start a guest with the disks from xvde on, @count of them, which its configuration names in
 * reverse, and with this option "boot". */
static void start_many(struct disks *disks, unsigned count, const char *boot)
{
    static const struct disks_options options = {.mode = MODE_LINGER, .pool_pages = 32};

    world_reset();
    memset(disks, 0, sizeof(*disks));
    for (unsigned i = count; i > 0; i--)
        world_add_disk(xvd_number(3 + i));
    store_write("/local/domain/1/platform/xenpv-boot", "%s", boot);
    CHECK_EQUAL(firmware_start_disks(disks, &options), 0);
}

static void check_names(const struct disks *disks, const char *const wanted[DISKS_MAX])
{
    CHECK_EQUAL(disks->count, DISKS_MAX);
    for (unsigned i = 0; i < DISKS_MAX; i++) {
        test_note("disk %u is %s", i, disks->vbd[i]->vdev.name);
        CHECK(!strcmp(disks->vbd[i]->vdev.name, wanted[i]));
        CHECK(disks->vbd[i] == &disks->disk[i]->vbd);
    }
}

/* fault: backend and toolstack | there are more than 16 disks | uses those with the lowest names,
 * whatever the order in which xenstored lists them; one line names the first of the others, and
 * counts them; none of these is connected | also
 * a_disk_that_the_option_boot_names_is_used_even_if_it_is_the_last_of_forty | lab many-disks */
TEST(if_there_are_too_many_disks_those_with_the_lowest_names_are_used)
{
    static struct disks disks;

    start_many(&disks, 18, "");
    CHECK_EQUAL(disks.count, DISKS_MAX);
    CHECK(!strcmp(disks.vbd[0]->vdev.name, "xvde"));
    CHECK(!strcmp(disks.vbd[DISKS_MAX - 1]->vdev.name, "xvdt"));
    CHECK(log_has("xenpv: xvdu and 1 more: skipped: more than 16 disks\n"));
    CHECK_EQUAL(log_count("skipped"), 1);
    CHECK_EQUAL(disks.skipped, 2);
    disks_close_all(&disks);
    world_check_clean();
}

TEST(of_forty_disks_one_line_names_those_that_are_left_alone)
{
    static struct disks disks;
    static const char *const wanted[] = {"xvde", "xvdf", "xvdg", "xvdh", "xvdi", "xvdj",
                                         "xvdk", "xvdl", "xvdm", "xvdn", "xvdo", "xvdp",
                                         "xvdq", "xvdr", "xvds", "xvdt"};

    start_many(&disks, 40, "");
    check_names(&disks, wanted);
    CHECK(log_has("xenpv: xvdu and 23 more: skipped: more than 16 disks\n"));
    CHECK_EQUAL(log_count("skipped"), 1);
    CHECK_EQUAL(disks.skipped, 24);
    for (unsigned i = 20; i < 44; i++) {
        struct vdev vdev;

        CHECK(vdev_decode(xvd_number(i), &vdev));
        CHECK_EQUAL(log_count(vdev.name), i == 20);
    }
    disks_close_all(&disks);
    world_check_clean();
}

/* The number of requests and of round trips does not depend on the disks that are left alone, apart
 * from the device-type of the first. */
TEST(disks_that_are_left_alone_cost_one_request_together)
{
    static struct disks disks;
    unsigned requests, round_trips;

    start_many(&disks, 16, "");
    requests = disks.core->store.requests;
    round_trips = disks.core->store.round_trips;
    disks_close_all(&disks);
    start_many(&disks, 40, "");
    CHECK_EQUAL(disks.core->store.requests, requests + 1);
    CHECK_EQUAL(disks.core->store.round_trips, round_trips + 1);
    disks_close_all(&disks);
    world_check_clean();
}

TEST(a_disk_that_the_option_boot_names_is_used_even_if_it_is_the_last_of_forty)
{
    static struct disks disks;
    static const char *const wanted[] = {"xvde", "xvdf", "xvdg", "xvdh", "xvdi", "xvdj",
                                         "xvdk", "xvdl", "xvdm", "xvdn", "xvdo", "xvdp",
                                         "xvdq", "xvdr", "xvdz", "xvdar"};

    start_many(&disks, 40, "xvdar,xvde,xvdz,xvdbb");
    check_names(&disks, wanted);
    CHECK(!strcmp(disk_vdev(disks_listed(&disks, 0))->name, "xvdar"));
    CHECK(!strcmp(disk_vdev(disks_listed(&disks, 1))->name, "xvde"));
    CHECK(!strcmp(disk_vdev(disks_listed(&disks, 2))->name, "xvdz"));
    CHECK(!disks_listed(&disks, 3));
    CHECK(log_has("xenpv: boot: no such PV disk: xvdbb\n"));
    CHECK(log_has("xenpv: xvds and 23 more: skipped: more than 16 disks\n"));
    CHECK_EQUAL(log_count("skipped"), 1);
    CHECK_EQUAL(disks.skipped, 24);
    disks_close_all(&disks);
    world_check_clean();
}

TEST(if_the_option_boot_names_too_many_disks_the_first_of_its_list_are_used)
{
    static struct disks disks;
    static const char *const wanted[] = {"xvde", "xvdf", "xvdg", "xvdh", "xvdj", "xvdk",
                                         "xvdl", "xvdm", "xvdn", "xvdo", "xvdp", "xvdq",
                                         "xvdr", "xvds", "xvdt", "xvdab"};

    start_many(&disks, 40,
               "xvdab,xvdt,xvds,xvdr,xvdq,xvdp,xvdo,xvdn,xvdm,xvdl,xvdk,xvdj,xvdh,xvdg,xvdf,xvde,"
               "xvdi");
    check_names(&disks, wanted);
    CHECK(log_has("xenpv: xvdi and 23 more: skipped: more than 16 disks\n"));
    CHECK(log_has("xenpv: boot: xvdi: not used: 16 disks are before it in the list\n"));
    CHECK_EQUAL(log_count("no such PV disk"), 0);
    disks_close_all(&disks);
    world_check_clean();
}
