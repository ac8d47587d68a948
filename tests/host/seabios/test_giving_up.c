/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* When a twin falls back to the emulated disk, and what its calls return then. */
#include "bios.h"
#include "controllers.h"
#include "seabios/int13/drive.h"
#include "seabios/int13/twin.h"
#include "seabios/int13/twin_table.h"

#include <setjmp.h>

#define AT 40u

static const enum emulated_kind kinds[] = {EMULATED_IDE, EMULATED_AHCI, EMULATED_LSI};

/* The emulated disk serves this and later calls, and PV is closed. */
static void check_given_up(struct bios_twin *twin)
{
    CHECK_EQUAL(XenpvTwins[0].state, TWIN_EMULATED);
    CHECK(!bios_is_open(twin->backend));
    bios_check_served_by(twin, 'e');
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, twin->drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
    bios_check_served_by(twin, 'e');
    CHECK(!bios_is_open(twin->backend));
}

/**** Faults of PV ****/

static bool refuse(void *context, struct backend *backend, const struct backend_request *request)
{
    (void)context;
    if (request->operation == BLKIF_OP_FLUSH_DISKCACHE)
        return false;
    backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return true;
}

TEST(a_failed_request_and_all_later_ones_are_served_by_the_emulated_disk)
{
    for (unsigned i = 0; i < 2 * ARRAY_SIZE(kinds); i++) {
        struct bios_twin twin;

        test_note("kind %d, %s", kinds[i / 2], i % 2 ? "read" : "write");
        bios_start_twin(&twin, "linger", kinds[i / 2]);
        twin.backend->config.hook = refuse;
        if (i % 2)
            bios_check_read(twin.drive, AT, 7);
        else
            bios_check_write(twin.drive, AT, 7);
        CHECK_EQUAL(bios_served(&twin), 'b');
        CHECK(log_has("xvda: served by the emulated disk from now on: EIO") ||
              log_has("sda: served by the emulated disk from now on: EIO"));
        check_given_up(&twin);
        world_check_clean();
    }
}

TEST(in_strict_mode_a_twin_falls_back_after_a_failed_request_too)
{
    struct bios_twin twin;

    bios_start_twin(&twin, "strict", EMULATED_IDE);
    twin.backend->config.hook = refuse;
    bios_check_write(twin.drive, AT, 7);
    check_given_up(&twin);
    world_check_clean();
}

TEST(a_twin_whose_backend_is_gone_is_served_by_the_emulated_disk)
{
    for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
        struct bios_twin twin;

        bios_start_twin(&twin, "linger", kinds[i]);
        bios_check_write(twin.drive, AT, 3);
        backend_vanish(twin.backend);
        bios_check_read(twin.drive, 1000, 7);
        check_given_up(&twin);
    }
}

TEST(in_strict_mode_a_twin_that_cannot_be_reopened_is_served_by_the_emulated_disk)
{
    struct bios_twin twin;

    bios_start_twin(&twin, "strict", EMULATED_IDE);
    twin.backend->config.ignores = ~0u;
    bios_check_read(twin.drive, 3000, 7);
    check_given_up(&twin);
}

TEST(a_twin_whose_backend_is_silent_in_a_read_is_served_by_the_emulated_disk)
{
    struct bios_twin twin;

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    twin.backend->config.silent = true;
    bios_check_read(twin.drive, 3000, 7);
    CHECK(log_has("xvda: served by the emulated disk from now on: ETIMEDOUT"));
    bios_check_served_by(&twin, 'e');
}

TEST(after_a_lost_write_all_calls_to_a_twin_fail)
{
    for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
        struct bios_twin twin;

        bios_start_twin(&twin, "linger", kinds[i]);
        twin.backend->config.silent = true;
        /* Whole pages: before a smaller write the rest of the page is read, and only that read
         * would be lost. */
        CHECK_EQUAL(bios_write(twin.drive, AT, 8), DISK_RET_ETIMEOUT);
        CHECK_EQUAL(bios_count, 0);
        CHECK(log_has("all calls fail from now on: a failed write may still reach the disk"));
        CHECK_EQUAL(bios_served(&twin), 'p');
        for (enum machine_caller caller = 0; caller < CALLERS; caller++) {
            CHECK_EQUAL(bios_call(caller, twin.drive, CMD_READ, AT, 8), DISK_RET_ENOTREADY);
            CHECK_EQUAL(bios_count, 0);
            CHECK_EQUAL(bios_call(caller, twin.drive, CMD_WRITE, AT, 8), DISK_RET_ENOTREADY);
            CHECK_EQUAL(bios_count, 0);
        }
        CHECK_EQUAL(bios_call(CALLER_REAL_MODE, twin.drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
        /* The write does reach the disk late, and is not mistaken for newer data. */
        twin.backend->config.silent = false;
        world_pass_ms(10);
        CHECK_EQUAL(bios_read(twin.drive, AT, 8), DISK_RET_ENOTREADY);
        CHECK_EQUAL(bios_served(&twin), '-');
    }
}

static jmp_buf abandoned;

/* An interrupt handler boots instead of returning. */
static void boot_instead(void)
{
    longjmp(abandoned, 1);
}

/* Abandon a write, of whole pages, for a boot. */
static void abandon_a_write(const struct bios_twin *twin)
{
    xen_at_wait(0, boot_instead);
    bios_renew_data();
    if (!setjmp(abandoned))
        bios_write(twin->drive, AT, 8);
    CHECK_EQUAL(xen_fault.hits, 1);
    machine.is_32bit = false;
    machine.caller = CALLER_FLAT_32;
    handle_19();
    machine.caller = CALLER_REAL_MODE;
}

TEST(after_a_lost_write_that_was_abandoned_for_a_boot_all_calls_to_a_twin_fail)
{
    for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
        struct bios_twin twin;

        bios_start_twin(&twin, "linger", kinds[i]);
        twin.backend->config.silent = true;
        abandon_a_write(&twin);
        CHECK(log_has("all calls fail from now on: a failed write may still reach the disk"));
        for (enum machine_caller caller = 0; caller < CALLERS; caller++) {
            bios_renew_data();
            CHECK_EQUAL(bios_call(caller, twin.drive, CMD_WRITE, AT, 8), DISK_RET_ENOTREADY);
            CHECK(!bios_is_in_image(AT, 8));
        }
        CHECK_EQUAL(twin.emulated->transfers, 0);
    }
}

TEST(after_a_write_that_was_abandoned_for_a_boot_and_done_pv_goes_on)
{
    struct bios_twin twin;

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    twin.backend->config.io_latency_us = 300000;
    abandon_a_write(&twin);
    CHECK(!bios_is_open(twin.backend));
    CHECK(bios_is_in_image(AT, 8));
    twin.backend->config.io_latency_us = 0;
    bios_check_served_by(&twin, 'p');
}

TEST(an_error_of_the_caller_is_answered_by_pv_and_pv_goes_on)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    twin.backend->config.info = "4";
    backend_write_key(twin.backend, "mode", "r");
    bios_start();
    CHECK_EQUAL(bios_write(twin.drive, AT, 1), DISK_RET_EWRITEPROTECT);
    CHECK_EQUAL(bios_count, 0);
    CHECK_EQUAL(bios_read(twin.drive, WORLD_DISK_SECTORS - 1, 2), DISK_RET_EBADTRACK);
    CHECK_EQUAL(bios_count, 0);
    CHECK_EQUAL(XenpvTwins[0].state, TWIN_PV);
    CHECK_EQUAL(twin.emulated->transfers, 0);
    bios_check_read(twin.drive, AT, 1);
    CHECK_EQUAL(bios_served(&twin), 'p');
}

TEST(a_transfer_of_more_than_64_kib_is_refused_and_pv_goes_on)
{
    for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
        struct bios_twin twin;

        bios_start_twin(&twin, "linger", kinds[i]);
        for (enum machine_caller caller = 0; caller < CALLERS; caller++) {
            CHECK_EQUAL(bios_call(caller, twin.drive, CMD_WRITE, AT, SECTORS_MAX + 1),
                        DISK_RET_EBOUNDARY);
            CHECK_EQUAL(bios_count, 0);
        }
        CHECK_EQUAL(bios_served(&twin), '-');
        bios_check_served_by(&twin, 'p');
    }
}

TEST(an_error_of_the_emulated_disk_moves_nothing_either)
{
    struct bios_twin twin;

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    twin.backend->config.hook = refuse;
    twin.emulated->broken = true;
    CHECK_EQUAL(bios_read(twin.drive, AT, 7), DISK_RET_EBADTRACK);
    CHECK_EQUAL(bios_count, 0);
    twin.emulated->broken = false;
    check_given_up(&twin);
}

TEST(commands_that_move_no_data_go_to_the_emulated_disk_and_pv_goes_on)
{
    static const u8 commands[] = {CMD_VERIFY, CMD_SEEK, CMD_ISREADY, CMD_FORMAT, CMD_RESET};
    struct bios_twin twin;

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    for (unsigned i = 0; i < ARRAY_SIZE(commands); i++)
        CHECK_EQUAL(bios_call(CALLER_REAL_MODE, twin.drive, commands[i], AT, 1), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_served(&twin), '-');
    bios_check_served_by(&twin, 'p');
}

TEST(a_reset_drops_what_is_cached_of_a_twin)
{
    struct bios_twin twin;

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    bios_check_read(twin.drive, AT, 1);
    bios_served(&twin);
    bios_check_read(twin.drive, AT, 1);
    CHECK_EQUAL(bios_served(&twin), '-');
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, twin.drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
    bios_check_read(twin.drive, AT, 1);
    CHECK_EQUAL(bios_served(&twin), 'p');
}

/**** The mode of the caller ****/

static const enum machine_caller without_32_bits[] = {CALLER_VIRTUAL_8086, CALLER_PROTECTED_16,
                                                      CALLER_PROTECTED_16_LOW_IDT};

TEST(where_no_32_bit_code_can_run_the_emulated_disk_takes_over_on_ide_and_scsi)
{
    for (unsigned i = 0; i < 2 * ARRAY_SIZE(without_32_bits); i++) {
        struct bios_twin twin;

        test_note("caller %d", without_32_bits[i / 2]);
        bios_start_twin(&twin, "linger", i % 2 ? EMULATED_LSI : EMULATED_IDE);
        bios_check_write(twin.drive, AT, 7);
        bios_served(&twin);
        CHECK_EQUAL(bios_call(without_32_bits[i / 2], twin.drive, CMD_READ, AT, 7),
                    DISK_RET_SUCCESS);
        CHECK_EQUAL(bios_count, 7);
        CHECK(bios_is_in_image(AT, 7));
        CHECK_EQUAL(bios_served(&twin), 'e');
        CHECK(
            log_has("drive 80: served by the emulated disk from now on: int13 in protected mode"));
        CHECK_EQUAL(machine.cr0_reads, 0);
        /* It is closed as soon as 32-bit code runs. */
        CHECK(bios_is_open(twin.backend));
        bios_check_read(twin.drive, AT, 7);
        check_given_up(&twin);
        world_check_clean();
    }
}

TEST(where_no_32_bit_code_can_run_a_call_on_ahci_fails_and_pv_goes_on)
{
    for (unsigned i = 0; i < ARRAY_SIZE(without_32_bits); i++) {
        struct bios_twin twin;

        bios_start_twin(&twin, "linger", EMULATED_AHCI);
        bios_renew_data();
        CHECK_EQUAL(bios_call(without_32_bits[i], twin.drive, CMD_WRITE, AT, 7), DISK_RET_EPARAM);
        CHECK_EQUAL(bios_count, 0);
        CHECK(!bios_is_in_image(AT, 1));
        CHECK_EQUAL(bios_served(&twin), '-');
        CHECK_EQUAL(XenpvTwins[0].state, TWIN_PV);
        bios_check_served_by(&twin, 'p');
    }
}

TEST(a_reset_where_no_32_bit_code_can_run_gives_up_pv_only_on_ide)
{
    struct bios_twin twin;

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    CHECK_EQUAL(bios_call(CALLER_VIRTUAL_8086, twin.drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
    bios_check_served_by(&twin, 'e');
    bios_start_twin(&twin, "linger", EMULATED_AHCI);
    CHECK_EQUAL(bios_call(CALLER_VIRTUAL_8086, twin.drive, CMD_RESET, 0, 0), DISK_RET_EPARAM);
    bios_check_served_by(&twin, 'p');
}

/**** Something else drives the emulated disk ****/

TEST(a_disk_that_something_else_drives_is_left_to_the_emulated_drive)
{
    static const enum machine_caller callers[] = {CALLER_REAL_MODE, CALLER_FLAT_32};
    uint8_t scratch[DISK_SECTOR_SIZE] = "by a driver of an operating system";

    for (unsigned i = 0; i < ARRAY_SIZE(kinds) * ARRAY_SIZE(callers); i++) {
        struct bios_twin twin;
        enum machine_caller caller = callers[i % 2];

        if (kinds[i / 2] == EMULATED_IDE && caller == CALLER_FLAT_32)
            continue;
        test_note("kind %d, caller %d", kinds[i / 2], caller);
        bios_start_twin(&twin, "linger", kinds[i / 2]);
        bios_check_read(twin.drive, AT, 2);
        emulated_foreign_write(twin.emulated, AT, scratch);
        bios_served(&twin);
        CHECK_EQUAL(bios_call(caller, twin.drive, CMD_READ, AT, 2), DISK_RET_SUCCESS);
        CHECK(bios_is_in_image(AT, 2));
        CHECK_EQUAL(bios_served(&twin), 'e');
        CHECK(log_has("drive 80: served by the emulated disk from now on: something else drives "
                      "the emulated disk"));
        check_given_up(&twin);
        world_check_clean();
    }
}

TEST(a_write_and_a_reset_notice_that_something_else_drives_the_disk)
{
    for (unsigned i = 0; i < 2 * ARRAY_SIZE(kinds); i++) {
        uint8_t scratch[DISK_SECTOR_SIZE];
        struct bios_twin twin;

        bios_start_twin(&twin, "strict", kinds[i / 2]);
        emulated_foreign_read(twin.emulated, 0, scratch);
        CHECK_EQUAL(
            bios_call(CALLER_REAL_MODE, twin.drive, i % 2 ? CMD_WRITE : CMD_RESET, AT, i % 2),
            DISK_RET_SUCCESS);
        check_given_up(&twin);
    }
}

TEST(a_command_of_seabios_itself_is_not_taken_for_another_driver)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    struct emulated *cd = emulated_add(EMULATED_CD, 1);
    struct emulated *floppy = emulated_add(EMULATED_FLOPPY, 0);
    bios_start();
    unsigned transfers = cd->transfers;
    for (unsigned i = 0; i < 3; i++) {
        CHECK_EQUAL(bios_read(cd->drive, AT, 1), DISK_RET_SUCCESS);
        CHECK_EQUAL(bios_read(floppy->drive, AT, 1), DISK_RET_SUCCESS);
        CHECK_EQUAL(bios_call(CALLER_REAL_MODE, twin.drive, CMD_VERIFY, AT, 1), DISK_RET_SUCCESS);
        bios_check_served_by(&twin, 'p');
    }
    CHECK_EQUAL(cd->transfers - transfers, 3);
}

TEST(another_drivers_command_is_not_hidden_by_one_of_seabios_to_the_same_channel)
{
    uint8_t scratch[DISK_SECTOR_SIZE];
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    struct emulated *cd = emulated_add(EMULATED_CD, 1);
    bios_start();
    emulated_foreign_read(twin.emulated, 0, scratch);
    CHECK_EQUAL(bios_read(cd->drive, AT, 1), DISK_RET_SUCCESS);
    bios_check_served_by(&twin, 'e');
}

TEST(the_disks_of_the_other_channel_and_of_other_controllers_keep_their_pv)
{
    uint8_t scratch[DISK_SECTOR_SIZE];
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    struct emulated *second = emulated_add(EMULATED_IDE, 2), *lsi = emulated_add(EMULATED_LSI, 1);
    world_add_disk(XVD(2));
    world_add_disk(SD(1));
    bios_start();
    CHECK_EQUAL(XenpvTwinCount, 3);
    emulated_foreign_read(second, 0, scratch);
    emulated_foreign_read(lsi, 0, scratch);
    bios_check_read(second->drive, AT, 1);
    bios_check_read(lsi->drive, AT, 1);
    CHECK_EQUAL(second->transfers, 1);
    CHECK_EQUAL(lsi->transfers, 1);
    bios_check_served_by(&twin, 'p');
}

TEST(the_disks_of_the_other_ports_of_an_ahci_controller_keep_their_pv)
{
    uint8_t scratch[DISK_SECTOR_SIZE];
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_AHCI);
    struct emulated *second = emulated_add(EMULATED_AHCI, 3);
    world_add_disk(XVD(3));
    bios_start();
    CHECK_EQUAL(XenpvTwinCount, 2);
    emulated_foreign_read(second, 0, scratch);
    bios_check_served_by(&twin, 'p');
    bios_check_read(second->drive, AT, 1);
    CHECK_EQUAL(second->transfers, 1);
}

TEST(two_twins_on_one_controller_do_not_disturb_each_other)
{
    static const enum emulated_kind both[] = {EMULATED_IDE, EMULATED_LSI};

    for (unsigned i = 0; i < ARRAY_SIZE(both); i++) {
        struct bios_twin twin;

        test_note("kind %d", both[i]);
        bios_make_twin(&twin, "linger", both[i]);
        struct emulated *second = emulated_add(both[i], 1);
        struct backend *backend = world_add_disk(both[i] == EMULATED_LSI ? SD(1) : XVD(1));
        bios_start();
        for (unsigned k = 0; k < 3; k++) {
            bios_check_served_by(&twin, 'p');
            bios_check_read(second->drive, AT + k, 1);
        }
        CHECK_EQUAL(second->transfers, 0);
        /* The second twin falls back, and SeaBIOS drives it next to the first one. */
        backend->config.hook = refuse;
        for (unsigned k = 0; k < 3; k++) {
            bios_check_read(second->drive, 3000 + k, 1);
            bios_check_served_by(&twin, 'p');
        }
        CHECK_EQUAL(second->transfers, 3);
    }
}

/**** Calls within a call ****/

static struct bios_twin outer, inner;
static int status_within;

/* Like an interrupt handler that calls int13 while SeaBIOS is in 32-bit code. */
static void call_again(void)
{
    struct disk_op_s op = {
        .drive_fl = inner.drive, .command = CMD_READ, .lba = AT, .count = 1, .buf_fl = bios_data};

    status_within = xenpv_twin_op_32(&op);
}

static void start_two_twins(void)
{
    bios_make_twin(&outer, "linger", EMULATED_LSI);
    inner.emulated = emulated_add(EMULATED_LSI, 1);
    inner.backend = world_add_disk(SD(1));
    inner.drive = inner.emulated->drive;
    bios_start();
    status_within = -1;
    xen_at_wait(0, call_again);
}

TEST(a_twin_that_is_called_within_a_call_is_not_ready_and_not_given_up)
{
    start_two_twins();
    bios_check_read(outer.drive, AT, 2);
    CHECK_EQUAL(status_within, DISK_RET_ENOTREADY);
    CHECK_EQUAL(XenpvTwins[0].state, TWIN_PV);
    CHECK_EQUAL(XenpvTwins[1].state, TWIN_PV);
    bios_check_served_by(&outer, 'p');
}

TEST(a_twin_that_falls_back_within_a_call_is_closed_after_it)
{
    uint8_t scratch[DISK_SECTOR_SIZE];

    start_two_twins();
    /* Both are on one controller, so both notice it. */
    emulated_foreign_read(inner.emulated, 0, scratch);
    CHECK_EQUAL(bios_call(CALLER_FLAT_32, outer.drive, CMD_READ, AT, 2), DISK_RET_SUCCESS);
    CHECK_EQUAL(status_within, TWIN_ASK_EMULATED);
    CHECK_EQUAL(XenpvTwins[1].state, TWIN_EMULATED);
    CHECK(!bios_is_open(inner.backend) && !bios_is_open(outer.backend));
    world_check_clean();
    bios_check_read(inner.drive, AT, 2);
    CHECK_EQUAL(inner.emulated->transfers, 1);
}
