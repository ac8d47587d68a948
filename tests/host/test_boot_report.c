/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What the report of a boot that failed says of each PV disk. */
#include "firmware.h"
#include "store_client.h"
#include "test.h"
#include "xen/disk/boot_report.h"

static struct disks disks;
static struct backend *backend;
static enum disk_role role;
static bool is_healthy = true;

static enum disk_role choose_role(struct disk *disk)
{
    (void)disk;
    return role;
}

static void prepare(void)
{
    world_reset();
    memset(&disks, 0, sizeof(disks));
    role = DISK_ALONE;
    backend = NULL;
}

static int start_as(enum handover_mode mode, uint32_t pool_pages)
{
    static char names[XENSTORE_PAYLOAD_MAX];
    const struct disks_options options = {
        .mode = mode,
        .pool_pages = pool_pages,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
    };
    int error = disks_start(&disks, firmware_core(), &options, choose_role, names);

    if (!error)
        disks_ready(&disks);
    return error;
}

static void start(void)
{
    CHECK_EQUAL(start_as(MODE_STRICT, POOL_PAGES), 0);
}

static void start_with_disk(void)
{
    prepare();
    backend = world_add_disk(XVD(4));
    start();
}

/* Read as a boot loader does. Return: the error. */
static int read_sector(uint64_t sector)
{
    static uint8_t buffer[SECTOR_BYTES];

    return disks_read(disks.disk[0], sector, 1, buffer);
}

static void write_signature(void)
{
    uint8_t sector[SECTOR_BYTES] = {[510] = 0x55, [511] = 0xaa};

    disk_write(0, sector);
}

static void check_tried(enum boot_end end, const char *line)
{
    log_reset();
    boot_report_tried(disks.disk[0], end);
    test_note("%s", line);
    CHECK(log_has(line));
    CHECK_EQUAL(log_lines(), 1);
}

static void check_others(const char *line)
{
    log_reset();
    boot_report_others(&disks);
    test_note("%s", line);
    CHECK(log_has(line));
    CHECK_EQUAL(log_lines(), 1);
}

static bool fail_all(void *context, struct backend *failing, const struct backend_request *request)
{
    (void)context;
    backend_respond(failing, request->id, request->operation, BLKIF_RSP_ERROR);
    return true;
}

static bool fail_sector(void *context, struct backend *failing,
                        const struct backend_request *request)
{
    return !is_healthy && request->sector <= 1000 &&
           request->sector + BLKIF_MAX_SEGMENTS_PER_REQUEST * SECTORS_PER_PAGE > 1000 &&
           fail_all(context, failing, request);
}

/**** The disk that was tried ****/

TEST(a_first_sector_without_a_signature_is_reported)
{
    start_with_disk();
    CHECK_EQUAL(read_sector(0), 0);
    check_tried(BOOT_END_NOT_STARTED,
                "xenpv: boot: xvde: its first sector has no boot signature\n");
}

TEST(a_boot_code_that_has_given_up_is_reported)
{
    prepare();
    backend = world_add_disk(XVD(4));
    write_signature();
    start();
    CHECK_EQUAL(read_sector(0), 0);
    CHECK_EQUAL(read_sector(1), 0);
    check_tried(BOOT_END_GAVE_UP, "xenpv: boot: xvde: its boot code called int18\n");
    check_tried(BOOT_END_AGAIN, "xenpv: boot: xvde: its boot code called int19\n");
    check_tried(BOOT_END_NOT_STARTED, "xenpv: boot: xvde: its boot code was not started\n");
}

TEST(only_the_two_bytes_at_the_end_of_the_first_sector_are_the_signature)
{
    static const uint8_t ends[][2] = {{0x55, 0xab}, {0x54, 0xaa}, {0xaa, 0x55}};

    for (unsigned i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        uint8_t sector[SECTOR_BYTES] = {[510] = ends[i][0], [511] = ends[i][1]};

        prepare();
        world_add_disk(XVD(4));
        disk_write(0, sector);
        disk_write(1, (uint8_t[SECTOR_BYTES]){[510] = 0x55, [511] = 0xaa});
        start();
        CHECK_EQUAL(read_sector(0), 0);
        CHECK_EQUAL(read_sector(1), 0);
        check_tried(BOOT_END_NOT_STARTED, "xvde: its first sector has no boot signature\n");
    }
}

TEST(a_first_sector_that_cannot_be_read_is_reported_with_the_error)
{
    prepare();
    backend = world_add_disk(XVD(4));
    backend->config.hook = fail_all;
    start();
    CHECK_EQUAL(read_sector(0), -XEN_EIO);
    check_tried(BOOT_END_NOT_STARTED, "xenpv: boot: xvde: read error at sector 0: EIO\n");
}

TEST(a_read_error_of_the_boot_code_is_reported_with_its_sector)
{
    prepare();
    backend = world_add_disk(XVD(4));
    backend->config.hook = fail_sector;
    write_signature();
    start();
    CHECK_EQUAL(read_sector(0), 0);
    is_healthy = false;
    CHECK_EQUAL(read_sector(1000), -XEN_EIO);
    is_healthy = true;
    check_tried(BOOT_END_GAVE_UP,
                "xenpv: boot: xvde: its boot code called int18 after a read error at sector 1000: "
                "EIO\n");
}

TEST(a_disk_that_is_lost_in_the_boot_is_reported_with_the_read)
{
    prepare();
    backend = world_add_disk(XVD(4));
    write_signature();
    start();
    CHECK_EQUAL(read_sector(0), 0);
    backend->config.ignores = ~0u;
    CHECK(read_sector(3000) != 0);
    check_tried(BOOT_END_GAVE_UP,
                "xenpv: boot: xvde: not served: its backend did not connect in 10 s\n");
}

TEST(a_disk_whose_backend_vanishes_in_a_read_is_reported_with_the_read)
{
    prepare();
    backend = world_add_disk(XVD(4));
    CHECK_EQUAL(start_as(MODE_LINGER, POOL_PAGES), 0);
    backend_vanish(backend);
    CHECK(read_sector(3000) != 0);
    check_tried(BOOT_END_GAVE_UP, "xenpv: boot: xvde: read error at sector 3000: ENOTCONN\n");
}

TEST(a_disk_whose_backend_keeps_its_pages_is_reported)
{
    prepare();
    backend = world_add_disk(XVD(4));
    CHECK_EQUAL(start_as(MODE_LINGER, POOL_PAGES), 0);
    backend->config.silent = true;
    backend->config.keeps_pages = true;
    CHECK(read_sector(3000) != 0);
    check_tried(BOOT_END_GAVE_UP,
                "xenpv: boot: xvde: not served: its backend still holds our pages\n");
}

/**** Other disks ****/

TEST(a_backend_that_does_not_connect_is_reported_with_the_time)
{
    prepare();
    backend = world_add_disk(XVD(4));
    backend->config.ignores = ~0u;
    start();
    check_others("xenpv: boot: xvde: not served: its backend did not connect in 10 s\n");
}

TEST(a_backend_that_refuses_is_reported_with_the_error)
{
    prepare();
    backend = world_add_disk(XVD(4));
    backend->config.sectors = "x";
    start();
    check_others("xenpv: boot: xvde: not served: reading its properties: EINVAL\n");
}

TEST(a_size_and_a_unit_that_are_not_served_are_reported)
{
    prepare();
    backend = world_add_disk(XVD(4));
    backend->config.sector_size = "1000";
    start();
    check_others("xenpv: boot: xvde: not served: its size is invalid\n");
    prepare();
    backend = world_add_disk_of(XVD(4), BACKEND_TAPBACK);
    backend->config.sector_size = "4096";
    start();
    check_others("xenpv: boot: xvde: not served: its backend may count in units of 4096 bytes\n");
}

TEST(a_kind_of_backend_that_is_not_served_is_reported)
{
    prepare();
    backend = world_add_disk_of(XVD(4), BACKEND_FREEBSD);
    start();
    check_others("xenpv: boot: xvde: not served: its backend is of a kind that is not known to be "
                 "ready again after a close: EOPNOTSUPP\n");
}

TEST(a_first_block_that_breaks_the_connection_is_reported)
{
    prepare();
    backend = world_add_disk(XVD(4));
    backend->config.deaf = true;
    start();
    check_others("xenpv: boot: xvde: not served: its first block cannot be read: ETIMEDOUT\n");
}

TEST(a_disk_that_is_left_to_the_emulated_drive_is_reported)
{
    prepare();
    world_add_disk(XVD(4));
    role = DISK_LEFT;
    start();
    check_others("xenpv: boot: xvde: left to the emulated drive\n");
}

TEST(a_disk_that_was_not_tried_is_reported_and_the_tried_one_is_not)
{
    start_with_disk();
    check_others("xenpv: boot: xvde: not tried: the boot has ended before its turn\n");
    boot_report_tried(disks.disk[0], BOOT_END_NOT_STARTED);
    log_reset();
    boot_report_others(&disks);
    CHECK_EQUAL(log_lines(), 0);
    /* The next boot has its own report. */
    check_others("xenpv: boot: xvde: not tried: the boot has ended before its turn\n");
}

TEST(a_disk_that_connects_later_has_no_fault_any_more)
{
    prepare();
    backend = world_add_disk(XVD(4));
    start();
    backend->config.ignores = ~0u;
    CHECK(read_sector(3000) != 0);
    backend->config.ignores = 0;
    world_write_disk(backend);
    CHECK_EQUAL(read_sector(3000), 0);
    CHECK_EQUAL(disks.vbd[0]->fault.what, VBD_FAULT_NONE);
}

/**** No disk ****/

TEST(a_guest_without_a_disk_is_reported)
{
    prepare();
    start();
    check_others("xenpv: boot: no disk at all: the guest has no entry for one in device/vbd\n");
}

TEST(entries_that_were_skipped_are_counted)
{
    prepare();
    world_add_disk(XVD(4) + 1); /* a partition */
    backend = world_add_disk(XVD(5));
    store_write("/local/domain/1/device/vbd/51792/backend-id", "x");
    start();
    check_others(
        "xenpv: boot: entries of device/vbd that were skipped when the guest started: 2\n");
}

TEST(a_cd_rom_drive_that_could_be_used_is_not_called_untried)
{
    prepare();
    world_add_disk(XVD(4));
    store_write("/local/domain/1/device/vbd/51776/device-type", "cdrom");
    start();
    log_reset();
    boot_report_others(&disks);
    CHECK_EQUAL(log_lines(), 0);
}

TEST(the_mode_off_is_reported)
{
    prepare();
    world_add_disk(XVD(4));
    CHECK_EQUAL(start_as(MODE_OFF, POOL_PAGES), 0);
    check_others("xenpv: boot: no PV disk is used: the hand-over is off\n");
}
