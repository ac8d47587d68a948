/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Which PV disk and which emulated disk are one drive. */
#include "bios.h"
#include "controllers.h"
#include "hw/ata.h"
#include "hw/lsi-scsi.h"
#include "seabios/int13/twin_table.h"
#include "seabios/port/pvh_guest.h"

#define AT 40u

#define HD(index) ((index) < 2 ? 3u << 8 | (index) << 6 : 22u << 8 | ((index) % 2) << 6)

#define ANOTHER_MAKER 0x1028

static const enum emulated_kind kinds[] = {EMULATED_IDE, EMULATED_AHCI, EMULATED_LSI};

/* The only drive is SeaBIOS' own, and PV does not serve it. */
static void check_emulated_alone(struct bios_twin *twin)
{
    CHECK(bios_drive(0) == twin->drive && !bios_drive(1));
    world_check_clean();
    bios_check_served_by(twin, 'e');
    CHECK(!bios_is_open(twin->backend));
}

TEST(a_twin_is_served_by_pv_from_the_first_sector_on_and_the_image_has_what_is_written)
{
    static const char *const modes[] = {"linger", "strict"};

    for (unsigned i = 0; i < ARRAY_SIZE(kinds) * ARRAY_SIZE(modes); i++) {
        struct bios_twin twin;

        test_note("kind %u, %s", i / 2, modes[i % 2]);
        bios_start_twin(&twin, modes[i % 2], kinds[i / 2]);
        bios_check_read(twin.drive, 0, 1);
        bios_check_write(twin.drive, AT, SECTORS_MAX);
        bios_check_read(twin.drive, AT, SECTORS_MAX);
        CHECK_EQUAL(bios_served(&twin), 'p');
        bios_renew_data();
        CHECK_EQUAL(bios_call(CALLER_FLAT_32, twin.drive, CMD_WRITE, AT, 5), DISK_RET_SUCCESS);
        CHECK(bios_is_in_image(AT, 5));
        CHECK_EQUAL(bios_served(&twin), 'p');
        CHECK_EQUAL(bios_is_open(twin.backend), i % 2 == 0);
        CHECK(log_has(": serves the emulated drive too"));
    }
}

TEST(each_emulated_disk_is_paired_with_the_pv_disk_of_its_location)
{
    bios_reset("linger");
    struct emulated *emulated[] = {
        emulated_add(EMULATED_IDE, 3), emulated_add(EMULATED_IDE, 0), emulated_add(EMULATED_IDE, 2),
        emulated_add(EMULATED_LSI, 5), emulated_add(EMULATED_LSI, 1),
    };
    struct backend *backends[] = {
        world_add_disk(HD(3)), world_add_disk(XVD(0)), world_add_disk(HD(2)),
        world_add_disk(SD(5)), world_add_disk(SD(1)),
    };
    bios_start();
    CHECK_EQUAL(XenpvTwinCount, ARRAY_SIZE(backends));
    for (unsigned i = 0; i < ARRAY_SIZE(backends); i++) {
        unsigned requests = backends[i]->requests;

        test_note("disk %u", i);
        bios_check_read(emulated[i]->drive, 1000 + i * 100, 1);
        CHECK(backends[i]->requests > requests);
        CHECK_EQUAL(emulated[i]->transfers, 0);
    }
    CHECK(!bios_drive(ARRAY_SIZE(backends)));
}

TEST(with_ahci_six_disks_are_emulated_and_without_it_four)
{
    bios_reset("linger");
    struct emulated *emulated = emulated_add(EMULATED_AHCI, 5);
    world_add_disk(XVD(5));
    bios_start();
    CHECK(bios_drive(0) == emulated->drive && !bios_drive(1));

    bios_reset("linger");
    controllers_set_maker(emulated_add(EMULATED_AHCI, 5)->pci, ANOTHER_MAKER);
    emulated_add(EMULATED_IDE, 0);
    world_add_disk(XVD(5));
    bios_start();
    CHECK(bios_drive(2));
}

TEST(a_disk_that_turns_out_not_to_be_emulated_gets_a_drive_of_its_own)
{
    bios_reset("linger");
    struct emulated *emulated = emulated_add(EMULATED_IDE, 1);
    struct backend *backend = world_add_disk(XVD(0));
    bios_start();
    CHECK(bios_drive(0) == emulated->drive && bios_drive(1));
    unsigned requests = backend->requests;
    bios_check_write(bios_drive(1), AT, 3);
    CHECK(backend->requests > requests);
    CHECK_EQUAL(XenpvTwinCount, 0);
}

TEST(an_option_rom_in_the_boot_list_is_not_a_drive)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    world_add_disk(XVD(1));
    boot_add_bcv(0xc800, 3, "an option ROM", -1);
    bios_start();
    CHECK_EQUAL(XenpvTwinCount, 1);
    CHECK(bios_drive(0) == twin.drive && bios_drive(1));
}

/**** Disks that are not twins ****/

TEST(a_disk_of_another_size_is_left_to_the_emulated_drive_and_closed_before_it_is_read)
{
    for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
        struct bios_twin twin;

        bios_make_twin(&twin, "linger", kinds[i]);
        twin.backend->config.sectors = "4095";
        bios_start();
        check_emulated_alone(&twin);
        CHECK_EQUAL(twin.backend->connects, 1);
        CHECK_EQUAL(twin.backend->requests, 0);
        CHECK(log_has("left to the emulated drive, which has 4096 sectors, not 4095"));
        CHECK(!log_has("written to"));
    }
}

TEST(of_two_pv_disks_for_one_emulated_drive_the_second_one_is_left_alone)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    struct backend *second = world_add_disk(HD(0));
    bios_start();
    CHECK(log_has("hda: left alone: its emulated drive belongs to another PV disk"));
    CHECK(bios_drive(0) == twin.drive && !bios_drive(1));
    CHECK(!bios_is_open(second));
    bios_check_served_by(&twin, 'p');
    CHECK_EQUAL(second->requests, 0);
    CHECK(!bios_is_open(second));
    bios_give_up();
    world_check_clean();
}

static void make_qcow2_twin(struct bios_twin *twin, enum emulated_kind kind)
{
    bios_make_twin(twin, "linger", kind);
    backend_write_key(twin->backend, "type", "qdisk");
    backend_write_key(twin->backend, "params", "qcow2:/disk.img");
    bios_start();
}

TEST(an_image_that_is_not_raw_is_left_to_the_emulated_drive_and_never_connected)
{
    for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
        struct bios_twin twin;

        make_qcow2_twin(&twin, kinds[i]);
        check_emulated_alone(&twin);
        CHECK_EQUAL(twin.backend->connects, 0);
        CHECK(log_has("left to the emulated drive: its image is not known to be raw"));
    }
}

/* No disk of it is emulated, whatever its name is. */
TEST(a_pvh_guest_uses_an_image_that_is_not_raw_under_any_name)
{
    for (unsigned option = 0; option < 2; option++) {
        bios_reset("linger");
        XenpvIsPvh = 1;
        config.twins = option;
        struct backend *backend = world_add_disk(XVD(0));
        backend_write_key(backend, "type", "qdisk");
        backend_write_key(backend, "params", "qcow2:/disk.img");
        bios_start();
        CHECK(!log_has("left to the emulated drive"));
        bios_check_read(bios_drive(0), 5, 3);
        bios_check_write(bios_drive(0), 5, 3);
    }
}

TEST(only_the_first_write_to_a_disk_whose_image_is_not_raw_is_logged)
{
    static const char line[] = "drive 80: was written to; a PV driver may not see the data";

    for (enum machine_caller caller = CALLER_REAL_MODE; caller <= CALLER_VIRTUAL_8086; caller++) {
        struct bios_twin twin;

        make_qcow2_twin(&twin, EMULATED_IDE);
        bios_check_read(twin.drive, AT, 2);
        CHECK_EQUAL(bios_call(caller, twin.drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
        CHECK(!log_has(line));
        CHECK_EQUAL(bios_call(caller, twin.drive, CMD_WRITE, AT, 2), DISK_RET_SUCCESS);
        CHECK(log_has(line));
        log_reset();
        CHECK_EQUAL(bios_call(caller, twin.drive, CMD_WRITE, AT, 2), DISK_RET_SUCCESS);
        CHECK(!log_has("written to"));
        CHECK_EQUAL(twin.backend->connects, 0);
    }
}

TEST(a_drive_of_a_controller_that_is_passed_through_is_no_twin)
{
    for (unsigned i = 0; i < 2; i++) {
        struct bios_twin twin;

        test_note("kind %d", kinds[i]);
        bios_make_twin(&twin, "linger", kinds[i]);
        controllers_set_maker(twin.emulated->pci, ANOTHER_MAKER);
        bios_start();
        CHECK_EQUAL(XenpvTwinCount, 0);
        bios_served(&twin);
        bios_check_served_by(&twin, 'e');
        /* The PV disk has a drive of its own. */
        CHECK(bios_drive(1) && bios_drive(1) != twin.drive);
    }
}

TEST(a_drive_of_another_ide_controller_is_no_twin)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    ((struct atadrive_s *)twin.drive)->chan_gf->iobase1 = 0xd000;
    bios_start();
    CHECK_EQUAL(XenpvTwinCount, 0);

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    twin.emulated->pci->device = 0x7111;
    bios_start();
    CHECK_EQUAL(XenpvTwinCount, 0);

    /* A controller on ISA has no PCI device. */
    bios_make_twin(&twin, "linger", EMULATED_IDE);
    ((struct atadrive_s *)twin.drive)->chan_gf->pci_tmp = NULL;
    bios_start();
    CHECK_EQUAL(XenpvTwinCount, 0);
}

TEST(another_unit_of_a_scsi_target_is_no_twin)
{
    bios_reset("linger");
    struct backend *backend = world_add_disk(SD(0));
    struct emulated *emulated = emulated_add(EMULATED_LSI, 0);
    emulated->drive = lsi_drive_make(LSI_PORTS, 0, 1);
    emulated->drive->type = DTYPE_LSI_SCSI;
    emulated->drive->sectors = WORLD_DISK_SECTORS;
    bios_start();
    CHECK_EQUAL(XenpvTwinCount, 0);
    CHECK_EQUAL(backend->connects, 1);
    CHECK(bios_drive(1));
}

TEST(without_the_option_for_twins_their_pv_disks_are_never_connected)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    config.twins = false;
    bios_start();
    check_emulated_alone(&twin);
    CHECK_EQUAL(twin.backend->connects, 0);
    CHECK(log_has(
        "xvda: left to the emulated drive: this BIOS is configured not to serve such disks"));
    CHECK(!log_has("written to"));
}

TEST(a_twin_whose_backend_does_not_connect_is_served_by_the_emulated_disk)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    twin.backend->config.ignores = 1u << XenbusStateInitialised | 1u << XenbusStateConnected;
    bios_start();
    check_emulated_alone(&twin);
    CHECK(log_has("xvda: left to the emulated drive"));
    CHECK(!log_has("written to"));
}

/* Break the connection at the first read. */
static bool answer_another_request(void *context, struct backend *backend,
                                   const struct backend_request *request)
{
    (void)context;
    backend_respond(backend, request->id + 1000, request->operation, BLKIF_RSP_OKAY);
    return true;
}

TEST(a_twin_whose_backend_fails_in_post_is_served_by_the_emulated_disk)
{
    struct bios_twin twin;

    /* In strict mode POST reads the first sectors of the disk that boots. */
    bios_make_twin(&twin, "strict", EMULATED_IDE);
    twin.backend->config.hook = answer_another_request;
    bios_start();
    CHECK_EQUAL(XenpvTwinCount, 1);
    check_emulated_alone(&twin);
    CHECK(log_has("xvda: left to the emulated drive"));
}
