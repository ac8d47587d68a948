/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Drives of PV-only disks. */
#include "bios.h"
#include "seabios/int13/bios_disks.h"
#include "seabios/int13/drive.h"
#include "seabios/int13/status.h"
#include "seabios/port/pvh_guest.h"
#include "xen/base/handover.h"

#include <string.h>

#define AT 40u

static struct backend *start(const char *mode)
{
    bios_reset(mode);
    struct backend *backend = world_add_disk(XVD(4));
    bios_start();
    CHECK(bios_drive(0) && !bios_drive(1));
    return backend;
}

TEST(a_pv_only_disk_gets_a_drive_that_reads_and_writes_the_backends_image)
{
    static const char *const modes[] = {"linger", "strict"};

    for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
        struct backend *backend = start(modes[i]);
        struct drive_s *drive = bios_drive(0);

        CHECK_EQUAL(drive->sectors, WORLD_DISK_SECTORS);
        CHECK_EQUAL(drive->blksize, DISK_SECTOR_SIZE);
        bios_check_read(drive, 0, 1);
        bios_check_write(drive, AT, 20);
        bios_check_read(drive, AT - 8, 40);
        bios_check_read(drive, WORLD_DISK_SECTORS - SECTORS_MAX, SECTORS_MAX);
        CHECK_EQUAL(bios_is_open(backend), i == 0);
    }
}

TEST(pv_drives_follow_the_emulated_ones_in_the_order_of_their_names)
{
    bios_reset("linger");
    world_add_disk(XVD(5));
    world_add_disk(XVD(4))->config.sectors = "2048";
    struct emulated *emulated = emulated_add(EMULATED_IDE, 1);
    bios_start();
    CHECK(bios_drive(0) == emulated->drive);
    CHECK_EQUAL(bios_drive(1)->sectors, 2048);
    CHECK_EQUAL(bios_drive(2)->sectors, WORLD_DISK_SECTORS);
    CHECK(!bios_drive(3));
}

static bool menu_has(const char *description)
{
    struct bootentry_s *entry;

    hlist_for_each_entry(entry, &BootList, node)
    {
        if (!strcmp(entry->description, description))
            return true;
    }
    return false;
}

TEST(the_boot_menu_calls_a_pv_disk_by_its_name_its_size_and_its_backend)
{
    bios_reset("linger");
    world_add_disk(XVD(4))->config.sectors = "41943040";
    struct backend *qdisk = world_add_disk_of(XVD(5), BACKEND_QDISK_NEW);
    qdisk->config.sectors = "2880";
    world_write_disk(qdisk);
    world_add_disk_of(XVD(6), BACKEND_TAPBACK)->config.sectors = "2048";
    bios_start();
    CHECK(menu_has("Xen PV disk xvde, 20 GiB, blkback"));
    CHECK(menu_has("Xen PV disk xvdf, 1.4 MiB, qdisk"));
    CHECK(menu_has("Xen PV disk xvdg, 1 MiB, tapback"));
}

TEST(a_disk_that_is_emulated_as_well_keeps_its_entry_in_the_boot_menu)
{
    struct bios_twin twin;
    struct bootentry_s *entry;

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    hlist_for_each_entry(entry, &BootList, node)
    {
        CHECK(!strstr(entry->description, "Xen PV disk"));
    }
}

TEST(a_disk_that_cannot_be_connected_gets_no_drive)
{
    bios_reset("linger");
    world_add_disk(XVD(4))->config.ignores = ~0u;
    bios_start();
    CHECK(!bios_drive(0));
}

/* As with xen_platform_pci=0. Nothing is logged where no drive is there to boot from, and in a PVH
 * guest, which never has the device. */
TEST(a_guest_without_a_platform_device_is_told_that_systems_find_no_pv_disk)
{
    static const struct {
        const char *what;
        uint16_t magic;
        int is_pvh;
        bool has_disk;
        unsigned lines;
    } cases[] = {
        {"without the device", UINT16_MAX, 0, true, 1},
        {"with it", HANDOVER_UNPLUG_MAGIC, 0, true, 0},
        {"PVH", UINT16_MAX, 1, true, 0},
        {"without a disk", UINT16_MAX, 0, false, 0},
    };

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        test_note("%s", cases[i].what);
        bios_reset("linger");
        world_unplug_magic = cases[i].magic;
        XenpvIsPvh = cases[i].is_pvh;
        struct backend *backend = world_add_disk(XVD(4));
        if (!cases[i].has_disk)
            backend->config.ignores = ~0u;
        bios_start();
        CHECK_EQUAL(bios_drive(0) != NULL, cases[i].has_disk);
        CHECK_EQUAL(log_count("no Xen platform device: Linux and Windows find no PV disk"),
                    cases[i].lines);
    }
}

TEST(a_disk_gets_no_drive_if_there_is_no_memory_for_it)
{
    bios_reset("linger");
    world_add_disk(XVD(4));
    world_add_disk(XVD(5));
    /* One for the screen of the console. */
    machine.low_left = 2;
    bios_start();
    CHECK(bios_drive(0) && !bios_drive(1));
    CHECK(log_has("no memory"));
    bios_check_read(bios_drive(0), AT, 1);
}

TEST(without_memory_in_post_no_disk_is_touched)
{
    bios_reset("linger");
    struct backend *backend = world_add_disk(XVD(4));
    machine.no_memory = true;
    bios_start();
    CHECK(!bios_drive(0));
    CHECK(log_has("no memory"));
    CHECK_EQUAL(backend->connects, 0);
    bios_give_up();
}

TEST(a_pv_drive_is_served_only_from_real_mode_and_from_32_bit_code)
{
    struct backend *backend = start("linger");
    struct drive_s *drive = bios_drive(0);

    for (enum machine_caller caller = 0; caller < CALLERS; caller++) {
        bool works = machine_reaches_32bit(caller);
        unsigned requests = backend->requests;

        test_note("caller %d", caller);
        bios_renew_data();
        CHECK_EQUAL(bios_call(caller, drive, CMD_WRITE, AT, 3),
                    works ? DISK_RET_SUCCESS : DISK_RET_EPARAM);
        CHECK_EQUAL(bios_count, works ? 3 : 0);
        CHECK_EQUAL(bios_is_in_image(AT, 3), works);
        CHECK_EQUAL(backend->requests != requests, works);
    }
    /* Where there is a monitor, its help is not needed. */
    CHECK_EQUAL(machine.cr0_reads, 0);
}

/**** Commands ****/

TEST(commands_without_data_are_checked_and_move_nothing)
{
    struct backend *backend = start("linger");
    struct drive_s *drive = bios_drive(0);
    unsigned requests = backend->requests;
    static const struct {
        u8 command;
        u64 sector;
        unsigned count;
        int status;
    } calls[] = {
        {CMD_VERIFY, AT, 8, DISK_RET_SUCCESS},
        {CMD_VERIFY, WORLD_DISK_SECTORS - 1, 2, DISK_RET_EBADTRACK},
        {CMD_SEEK, WORLD_DISK_SECTORS - 1, 1, DISK_RET_SUCCESS},
        {CMD_SEEK, WORLD_DISK_SECTORS, 1, DISK_RET_EBADTRACK},
        {CMD_ISREADY, 0, 0, DISK_RET_SUCCESS},
        {CMD_RESET, 0, 0, DISK_RET_SUCCESS},
        {CMD_FORMAT, AT, 1, DISK_RET_SUCCESS},
        {CMD_SCSI, 0, 1, DISK_RET_EPARAM},
    };

    for (unsigned i = 0; i < ARRAY_SIZE(calls); i++) {
        test_note("call %u", i);
        CHECK_EQUAL(
            bios_call(CALLER_REAL_MODE, drive, calls[i].command, calls[i].sector, calls[i].count),
            calls[i].status);
        CHECK_EQUAL(bios_count, calls[i].status ? 0 : calls[i].count);
    }
    CHECK_EQUAL(backend->requests, requests);
}

TEST(a_drive_whose_disk_is_gone_is_not_ready_until_a_reset_finds_it_again)
{
    struct backend *backend = start("linger");
    struct drive_s *drive = bios_drive(0);

    backend->config.ignores = ~0u;
    backend->config.silent = true;
    CHECK_EQUAL(bios_read(drive, AT, 1), DISK_RET_ETIMEOUT);
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_ISREADY, 0, 0), DISK_RET_ENOTREADY);
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_RESET, 0, 0), DISK_RET_ENOTREADY);
    backend->config.ignores = 0;
    backend->config.silent = false;
    /* It sees what it has ignored. */
    backend->seen = XenbusStateUnknown;
    world_pass_ms(100);
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
    bios_check_read(drive, AT, 1);
}

TEST(a_reset_drops_what_is_cached)
{
    struct backend *backend = start("linger");
    struct drive_s *drive = bios_drive(0);

    bios_check_read(drive, AT, 1);
    unsigned requests = backend->requests;
    bios_check_read(drive, AT, 1);
    CHECK_EQUAL(backend->requests, requests);
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
    bios_check_read(drive, AT, 1);
    CHECK(backend->requests > requests);
}

/**** Errors ****/

TEST(each_error_of_the_core_has_its_status)
{
    static const struct {
        int error, status;
    } cases[] = {
        {0, DISK_RET_SUCCESS},
        {-XEN_EROFS, DISK_RET_EWRITEPROTECT},
        {-XEN_ETIMEDOUT, DISK_RET_ETIMEOUT},
        {-XEN_EBUSY, DISK_RET_ENOTREADY},
        {-XEN_ENOTCONN, DISK_RET_ENOTREADY},
        {-XEN_EBADMSG, DISK_RET_ECONTROLLER},
        {-XEN_EIO, DISK_RET_EBADTRACK},
        {-XEN_EINVAL, DISK_RET_EBADTRACK},
        {-XEN_EOPNOTSUPP, DISK_RET_EBADTRACK},
    };

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++)
        CHECK_EQUAL(int13_status(cases[i].error), cases[i].status);
}

static bool refuse(void *context, struct backend *backend, const struct backend_request *request)
{
    (void)context;
    backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return true;
}

static bool answer_another_request(void *context, struct backend *backend,
                                   const struct backend_request *request)
{
    (void)context;
    backend_respond(backend, request->id + 1000, request->operation, BLKIF_RSP_OKAY);
    return true;
}

/* A call fails with this status, and reports no sectors. */
static void check_fails(struct drive_s *drive, u8 command, u64 sector, int status)
{
    test_note("status %x", status);
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, command, sector, 4), status);
    CHECK_EQUAL(bios_count, 0);
}

TEST(a_call_that_fails_has_the_status_of_the_fault_and_a_count_of_zero)
{
    struct backend *backend = start("linger");
    check_fails(bios_drive(0), CMD_READ, WORLD_DISK_SECTORS - 3, DISK_RET_EBADTRACK);
    check_fails(bios_drive(0), CMD_WRITE, UINT64_MAX - 1, DISK_RET_EBADTRACK);
    backend->config.hook = refuse;
    check_fails(bios_drive(0), CMD_READ, AT, DISK_RET_EBADTRACK);
    check_fails(bios_drive(0), CMD_WRITE, AT, DISK_RET_EBADTRACK);
    backend->config.hook = answer_another_request;
    check_fails(bios_drive(0), CMD_READ, AT, DISK_RET_ECONTROLLER);

    backend = start("linger");
    backend->config.silent = true;
    check_fails(bios_drive(0), CMD_WRITE, AT, DISK_RET_ETIMEOUT);

    backend = start("linger");
    backend_vanish(backend);
    check_fails(bios_drive(0), CMD_READ, AT, DISK_RET_ENOTREADY);
}

TEST(a_write_to_a_disk_that_is_read_only_is_refused)
{
    bios_reset("linger");
    struct backend *backend = world_add_disk(XVD(4));
    backend->config.info = "4";
    backend_write_key(backend, "mode", "r");
    bios_start();
    check_fails(bios_drive(0), CMD_WRITE, AT, DISK_RET_EWRITEPROTECT);
    bios_check_read(bios_drive(0), AT, 4);
}

TEST(a_call_that_would_move_more_than_64_kib_moves_nothing)
{
    struct backend *backend = start("linger");
    unsigned requests = backend->requests;

    for (enum machine_caller caller = 0; caller < CALLERS; caller++) {
        CHECK_EQUAL(bios_call(caller, bios_drive(0), CMD_READ, AT, SECTORS_MAX + 1),
                    DISK_RET_EBOUNDARY);
        CHECK_EQUAL(bios_count, 0);
        CHECK_EQUAL(bios_call(caller, bios_drive(0), CMD_WRITE, AT, UINT16_MAX),
                    DISK_RET_EBOUNDARY);
        CHECK_EQUAL(bios_count, 0);
    }
    CHECK_EQUAL(backend->requests, requests);
    bios_check_write(bios_drive(0), AT, SECTORS_MAX);
}

/**** Calls within a call ****/

static struct drive_s *interrupted;
static int status_within;

static void call_again(void)
{
    struct disk_op_s op = {
        .drive_fl = interrupted, .command = CMD_READ, .lba = 0, .count = 1, .buf_fl = bios_data};

    status_within = xenpv_process_op_32(&op);
}

TEST(a_call_within_a_call_finds_the_drive_not_ready)
{
    start("linger");
    interrupted = bios_drive(0);
    xen_at_wait(0, call_again);
    status_within = -1;
    bios_check_read(interrupted, 3000, 4);
    CHECK_EQUAL(status_within, DISK_RET_ENOTREADY);
    bios_check_read(interrupted, 0, 4);
}
