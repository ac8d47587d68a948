/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* How calls to drives without a PV disk affect PV disks. */
#include "bios.h"
#include "seabios/int13/bios_disks.h"

#include <string.h>

#define AT 40u

/* Longer than an unused disk stays open, and shorter. */
#define IDLE_MS  1100
#define SHORT_MS 100

static struct backend *backend;
static struct emulated *floppy;
static struct drive_s *drive;

static void start(const char *mode)
{
    bios_reset(mode);
    backend = world_add_disk(XVD(4));
    floppy = emulated_add(EMULATED_FLOPPY, 0);
    bios_start();
    drive = bios_drive(0);
}

TEST(a_read_and_a_write_of_another_drive_close_pv_disks_that_are_idle)
{
    static const u8 commands[] = {CMD_READ, CMD_WRITE};

    for (unsigned i = 0; i < ARRAY_SIZE(commands); i++) {
        start("linger");
        bios_check_read(drive, AT, 1);
        CHECK_EQUAL(bios_call(CALLER_REAL_MODE, floppy->drive, commands[i], AT, 1),
                    DISK_RET_SUCCESS);
        CHECK(bios_is_open(backend));
        world_pass_ms(IDLE_MS);
        CHECK_EQUAL(bios_call(CALLER_REAL_MODE, floppy->drive, commands[i], AT, 1),
                    DISK_RET_SUCCESS);
        CHECK(!bios_is_open(backend) && !XenpvOpen);
        world_check_clean();
        /* It is opened again, and so closed again. */
        bios_check_read(drive, AT, 1);
        CHECK(bios_is_open(backend));
        world_pass_ms(IDLE_MS);
        CHECK_EQUAL(bios_read(floppy->drive, AT, 1), DISK_RET_SUCCESS);
        CHECK(!bios_is_open(backend));
    }
}

TEST(a_read_of_another_drive_closes_a_pv_disk_that_was_not_used_since_post)
{
    start("linger");
    world_pass_ms(IDLE_MS);
    CHECK_EQUAL(bios_read(floppy->drive, AT, 1), DISK_RET_SUCCESS);
    CHECK(!bios_is_open(backend));
    world_check_clean();
}

TEST(a_read_of_another_drive_closes_the_pv_disk_of_a_twin_and_the_next_call_opens_it)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    floppy = emulated_add(EMULATED_FLOPPY, 0);
    bios_start();
    for (unsigned i = 0; i < 3; i++) {
        world_pass_ms(IDLE_MS);
        CHECK_EQUAL(bios_read(floppy->drive, AT, 1), DISK_RET_SUCCESS);
        CHECK(!bios_is_open(twin.backend));
        bios_check_served_by(&twin, 'p');
        CHECK(bios_is_open(twin.backend));
    }
}

TEST(other_commands_of_another_drive_close_nothing)
{
    static const u8 commands[] = {CMD_RESET, CMD_VERIFY, CMD_SEEK, CMD_ISREADY};

    start("linger");
    world_pass_ms(IDLE_MS);
    for (unsigned i = 0; i < ARRAY_SIZE(commands); i++)
        CHECK_EQUAL(bios_call(CALLER_REAL_MODE, floppy->drive, commands[i], AT, 1),
                    DISK_RET_SUCCESS);
    CHECK(bios_is_open(backend));
}

TEST(another_drive_is_read_where_no_32_bit_code_can_run_and_closes_nothing)
{
    static const enum machine_caller callers[] = {CALLER_VIRTUAL_8086, CALLER_PROTECTED_16,
                                                  CALLER_PROTECTED_16_LOW_IDT};

    start("linger");
    world_pass_ms(IDLE_MS);
    for (unsigned i = 0; i < ARRAY_SIZE(callers); i++) {
        CHECK_EQUAL(bios_call(callers[i], floppy->drive, CMD_READ, AT, 1), DISK_RET_SUCCESS);
        CHECK(bios_is_in_image(AT, 1));
        CHECK(bios_is_open(backend));
    }
    CHECK_EQUAL(machine.cr0_reads, 0);
}

TEST(while_no_pv_disk_is_open_another_drive_costs_nothing)
{
    start("strict");
    unsigned requests = store_requests();
    world_pass_ms(IDLE_MS);
    CHECK_EQUAL(bios_read(floppy->drive, AT, 1), DISK_RET_SUCCESS);
    CHECK_EQUAL(store_requests(), requests);
}

TEST(after_a_write_to_another_drive_nothing_is_served_from_the_cache)
{
    static const char *const modes[] = {"linger", "strict"};
    static const enum machine_caller callers[] = {CALLER_REAL_MODE, CALLER_VIRTUAL_8086,
                                                  CALLER_PROTECTED_16};

    for (unsigned i = 0; i < ARRAY_SIZE(modes) * ARRAY_SIZE(callers); i++) {
        start(modes[i % 2]);
        bios_check_read(drive, AT, 4);
        bios_renew_data();
        CHECK_EQUAL(bios_call(callers[i / 2], floppy->drive, CMD_WRITE, AT, 4), DISK_RET_SUCCESS);
        bios_check_read(drive, AT, 4);
        /* The new data is cached. */
        unsigned requests = backend->requests;
        bios_check_read(drive, AT, 4);
        CHECK_EQUAL(backend->requests, requests);
    }
}

TEST(after_a_write_to_another_drive_a_twin_is_not_served_from_the_cache_either)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    floppy = emulated_add(EMULATED_FLOPPY, 0);
    bios_start();
    bios_check_read(twin.drive, AT, 4);
    bios_check_write(floppy->drive, AT, 4);
    bios_check_read(twin.drive, AT, 4);
    CHECK_EQUAL(twin.emulated->transfers, 0);
}

TEST(after_a_failed_write_to_another_drive_nothing_is_served_from_the_cache)
{
    static const u8 written[DISK_SECTOR_SIZE] = "by half a write";

    start("linger");
    bios_check_read(drive, AT, 4);
    floppy->broken = true;
    CHECK_EQUAL(bios_write(floppy->drive, AT, 1), DISK_RET_EBADTRACK);
    disk_write(AT, written);
    bios_check_read(drive, AT, 4);
}

/* An interrupt handler reads both sectors of a write when only the first one is written. */
static void read_half_written(void)
{
    static u8 buffer[2 * DISK_SECTOR_SIZE];
    struct disk_op_s op = {
        .drive_fl = drive, .command = CMD_READ, .lba = AT, .count = 2, .buf_fl = buffer};

    CHECK_EQUAL(process_op(&op), DISK_RET_SUCCESS);
    CHECK(!memcmp(buffer, bios_data, DISK_SECTOR_SIZE));
    CHECK(memcmp(buffer, bios_data, sizeof(buffer)));
}

TEST(a_call_during_a_write_to_another_drive_leaves_no_old_data_in_the_cache)
{
    start("linger");
    bios_check_read(drive, AT, 2);
    bios_renew_data();
    floppy->during = read_half_written;
    CHECK_EQUAL(bios_write(floppy->drive, AT, 2), DISK_RET_SUCCESS);
    floppy->during = NULL;
    bios_check_read(drive, AT, 2);
}

TEST(a_read_of_another_drive_keeps_the_cache)
{
    start("linger");
    bios_check_read(drive, AT, 4);
    unsigned requests = backend->requests;
    world_pass_ms(SHORT_MS);
    CHECK_EQUAL(bios_read(floppy->drive, AT, 4), DISK_RET_SUCCESS);
    bios_check_read(drive, AT, 4);
    CHECK_EQUAL(backend->requests, requests);
}

TEST(a_write_to_a_twin_that_has_fallen_back_drops_the_cache_of_other_disks)
{
    struct bios_twin twin;
    uint8_t scratch[DISK_SECTOR_SIZE];

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    world_add_disk(XVD(4));
    bios_start();
    emulated_foreign_read(twin.emulated, 0, scratch);
    bios_check_read(twin.drive, AT, 1);
    bios_check_read(bios_drive(1), AT, 1);
    bios_check_write(twin.drive, AT, 1);
    CHECK_EQUAL(twin.emulated->transfers, 2);
    bios_check_read(bios_drive(1), AT, 1);
}
