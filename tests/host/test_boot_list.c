/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The guest option "boot": which disks it names, and what is read ahead for it. */
#include "counts.h"
#include "firmware.h"
#include "test.h"
#include "xen/disk/disk_set.h"
#include "xen/disk/disks_start.h"
#include "xen/disk/disks_transfer.h"

#include <stdio.h>

#define HOME "/local/domain/1/"

static struct disks disks;

/* Start with the disks xvde, xvdf and xvdaa, and this option. */
static void start_with(const char *key, const char *oem)
{
    static const struct disks_options options = {
        .mode = MODE_STRICT, .pool_pages = POOL_PAGES, .cache_bytes = 8 * CACHE_LINE_BYTES};
    static char string[200];

    world_reset();
    memset(&disks, 0, sizeof(disks));
    world_add_disk(1u << 28 | 26 << 8);
    world_add_disk(XVD(5));
    world_add_disk(XVD(4));
    if (key)
        store_write(HOME "platform/xenpv-boot", "%s", key);
    snprintf(string, sizeof(string), "xenpv.boot=%s", oem ? oem : "");
    world_oem_strings = (const char *const[]){oem ? string : NULL, NULL};
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
}

/* The names of the listed disks, with spaces between them. */
static const char *listed(void)
{
    static char text[100];
    struct disk *disk;

    text[0] = 0;
    for (unsigned i = 0; (disk = disks_listed(&disks, i)); i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? " " : "",
                 disk_vdev(disk)->name);
    return text;
}

static void check_listed(const char *key, const char *oem, const char *wanted)
{
    test_note("key '%s', OEM string '%s'", key ? key : "none", oem ? oem : "none");
    start_with(key, oem);
    CHECK(!strcmp(listed(), wanted));
}

TEST(the_option_boot_lists_disks_by_their_names)
{
    check_listed(NULL, NULL, "");
    CHECK_EQUAL(log_count("boot:"), 0);
    check_listed("xvdf", NULL, "xvdf");
    check_listed(NULL, "xvdaa,xvde", "xvdaa xvde");
    check_listed("xvde", "xvdaa", "xvde");
    check_listed("xvdf,xvde,xvdaa", NULL, "xvdf xvde xvdaa");
    CHECK_EQUAL(log_count("boot:"), 0);
}

TEST(a_disk_that_the_option_boot_names_twice_counts_once)
{
    check_listed("xvdf,xvdf,xvde,xvdf", NULL, "xvdf xvde");
    CHECK_EQUAL(log_count("boot:"), 0);
}

/* fault: guest option | the list of disks to boot from names one that is not there, or is too long
 * | names it in the log; the other disks of the list count, or the next source | also
 * a_list_of_disks_that_is_too_long_does_not_count */
TEST(a_name_in_the_option_boot_that_no_disk_has_is_logged)
{
    check_listed("hda,xvdf,xvd,xvdff", NULL, "xvdf");
    CHECK(log_has("xenpv: boot: no such PV disk: hda\n"));
    CHECK(log_has("xenpv: boot: no such PV disk: xvd\n"));
    CHECK(log_has("xenpv: boot: no such PV disk: xvdff\n"));
    CHECK_EQUAL(log_count("no such PV disk"), 3);
    check_listed(",xvde,,xvdf,", NULL, "xvde xvdf");
    CHECK_EQUAL(log_count("no such PV disk: \n"), 2);
    check_listed("xvdf-and-many-more-letters,xvde", NULL, "xvde");
    CHECK(log_has("no such PV disk: xvdf-and-many-mo"));
    CHECK_EQUAL(log_count("no such PV disk"), 1);
}

TEST(a_list_of_disks_that_is_too_long_does_not_count)
{
    char key[GUEST_OPTION_BYTES + 10];

    /* The longest one. */
    memset(key, ',', sizeof(key));
    memcpy(key, "xvdf", 4);
    key[GUEST_OPTION_BYTES - 2] = 0;
    check_listed(key, NULL, "xvdf");
    CHECK_EQUAL(log_count("too long a value"), 0);
    memset(key, ',', sizeof(key));
    memcpy(key, "xvdf", 4);
    key[GUEST_OPTION_BYTES - 1] = 0;
    check_listed(key, "xvdaa", "xvdaa");
    CHECK(log_has("xenpv: boot: too long a value: xvdf,,"));
    key[GUEST_OPTION_BYTES - 1] = ',';
    key[sizeof(key) - 1] = 0;
    check_listed(NULL, key, "");
    CHECK(log_has("xenpv: boot: too long a value: xvdf,,"));
}

/* In strict mode POST reads ahead from the disk that the guest boots from. */
static void check_read_ahead(const char *key, unsigned wanted)
{
    uint8_t buffer[SECTOR_BYTES];

    start_with(key, NULL);
    disks_ready(&disks);
    for (unsigned i = 0; i < 3; i++) {
        unsigned connects = disks.vbd[i]->connects;

        test_note("%s: disk %u", key, i);
        CHECK_EQUAL(disks_read(disks.disk[i], 5, 1, buffer), 0);
        CHECK_EQUAL(disks.vbd[i]->connects - connects, i != wanted);
    }
}

TEST(post_reads_ahead_from_the_first_disk_of_the_option_boot)
{
    check_read_ahead("", 0);
    check_read_ahead("xvdf,xvde", 1);
    check_read_ahead("xvdz,xvdaa", 2);
}
