/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A grant table that another driver of the guest uses in a version that the core does not
 * support. */
#include "firmware.h"
#include "test.h"
#include "xen/disk/disk_set.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_start.h"
#include "xen/disk/disks_transfer.h"

#include "seabios/int13/twin_policy.h"

static struct disks disks;

static int start(enum handover_mode mode)
{
    const struct disks_options options = {
        .mode = mode,
        .pool_pages = POOL_PAGES,
    };

    memset(&disks, 0, sizeof(disks));
    return firmware_start_disks(&disks, &options);
}

static int read_sector(uint64_t sector)
{
    static uint8_t buffer[SECTOR_BYTES];
    uint8_t expected[SECTOR_BYTES];
    int error = disks_read(disks.disk[0], sector, 1, buffer);

    disk_read(sector, expected);
    CHECK(error || !memcmp(buffer, expected, SECTOR_BYTES));
    return error;
}

/* Frames mapped or unmapped so far. */
static unsigned frames_moved(void)
{
    return xen_calls(__HYPERVISOR_memory_op, XENMEM_add_to_physmap) +
           xen_calls(__HYPERVISOR_memory_op, XENMEM_remove_from_physmap);
}

/* fault: hypercall | the grant table has version 2, set by a driver of the boot loader that has
 * mapped it elsewhere | maps nothing and moves no frame; the call fails with "drive not ready", or
 * the emulated disk serves; with version 1 back, the next call opens a PV-only disk | also
 * a_grant_table_that_gets_version_2_between_two_calls_is_left_alone_until_it_has_version_1,
 * a_grant_table_of_another_version_is_logged_once | lab grant-version */
TEST(with_a_grant_table_of_version_2_at_the_start_no_disk_is_touched_and_no_frame_moved)
{
    world_reset();
    struct backend *backend = world_add_disk(XVD(4));
    xen_config.grant_version = 2;
    CHECK_EQUAL(start(MODE_LINGER), 0);
    CHECK(log_has("grant table: left to the driver that has set version 2"));
    CHECK(!disks_usable(disks.disk[0]));
    CHECK_EQUAL(read_sector(3), -XEN_ENOTCONN);
    CHECK_EQUAL(disks_reset(disks.disk[0]), -XEN_ENOTCONN);
    disks_close_all(&disks);
    CHECK_EQUAL(backend->connects, 0);
    CHECK_EQUAL(frames_moved(), 0);
    world_check_clean();
}

TEST(a_grant_table_that_gets_version_2_between_two_calls_is_left_alone_until_it_has_version_1)
{
    world_reset();
    world_add_disk(XVD(4));
    CHECK_EQUAL(start(MODE_STRICT), 0);
    CHECK_EQUAL(read_sector(3), 0);
    unsigned moved = frames_moved();

    xen_config.grant_version = 2;
    CHECK_EQUAL(read_sector(4), -XEN_ENOTCONN);
    CHECK_EQUAL(twin_answer(-XEN_ENOTCONN, false), TWIN_ANSWER_EMULATED);
    CHECK(log_has("grant table: left to the driver that has set version 2"));
    CHECK_EQUAL(disks_reset(disks.disk[0]), -XEN_ENOTCONN);
    CHECK_EQUAL(frames_moved(), moved);
    world_check_clean();

    xen_config.grant_version = 1;
    CHECK_EQUAL(disks_reset(disks.disk[0]), 0);
    CHECK_EQUAL(read_sector(4), 0);
    world_check_clean();
}

/* fault: hypercall | Xen has no GNTTABOP_get_version | assumes version 1 */
TEST(a_xen_without_grant_table_versions_has_version_1)
{
    world_reset();
    world_add_disk(XVD(4));
    xen_config.grant_version = 0;
    CHECK_EQUAL(start(MODE_STRICT), 0);
    CHECK_EQUAL(read_sector(3), 0);
    world_check_clean();
}

/* fault: hypercall | the version of the grant table cannot be read | maps nothing and moves no
 * frame, as with version 2 */
TEST(a_grant_table_whose_version_cannot_be_read_is_left_alone)
{
    world_reset();
    world_add_disk(XVD(4));
    xen_fault = (struct xen_fault){.number = __HYPERVISOR_grant_table_op,
                                   .operation = GNTTABOP_get_version,
                                   .times = UINT32_MAX,
                                   .error = -XEN_EPERM};
    CHECK_EQUAL(start(MODE_STRICT), 0);
    CHECK(!disks_usable(disks.disk[0]));
    CHECK_EQUAL(frames_moved(), 0);
    world_check_clean();
}
