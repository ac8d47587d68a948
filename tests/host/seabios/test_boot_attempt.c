/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What the log says of attempts to boot. */
#include "bios.h"
#include "seabios/int13/bios_disks.h"
#include "seabios/int13/twin_table.h"

#include <string.h>

static void reset(void)
{
    bios_reset("strict");
    machine.reads_boot_sectors = true;
}

static void write_signature(void)
{
    uint8_t sector[DISK_SECTOR_SIZE] = {[510] = 0x55, [511] = 0xaa};

    disk_write(0, sector);
}

/* Call int18 or int19 from 16-bit code, as boot code does, or SeaBIOS after a failed attempt. */
static void interrupt(void (*handler)(void))
{
    log_reset();
    machine.caller = CALLER_FLAT_32;
    handler();
    machine.caller = CALLER_REAL_MODE;
}

/* The lines of a report. */
static unsigned report_lines(void)
{
    return log_count("xenpv: boot: ");
}

/**** The disk that is booted from ****/

TEST(the_log_names_the_pv_disk_that_is_booted_from)
{
    reset();
    world_add_disk(XVD(4))->config.sectors = "4096";
    write_signature();
    bios_start();
    CHECK(log_has("xenpv: booting from Xen PV disk xvde, 2 MiB, blkback\n"));
    CHECK_EQUAL(machine.boot_codes, 1);
    CHECK_EQUAL(report_lines(), 0);
}

TEST(the_log_does_not_call_an_emulated_disk_a_pv_disk)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "strict", EMULATED_IDE);
    machine.reads_boot_sectors = true;
    bios_start();
    CHECK(!log_has("booting from"));
    /* A floppy comes first. */
    reset();
    world_add_disk(XVD(4));
    emulated_add(EMULATED_FLOPPY, 0);
    bios_start();
    CHECK(!log_has("booting from"));
    interrupt(handle_18);
    CHECK(log_has("booting from Xen PV disk xvde"));
}

/**** Reports ****/

TEST(a_pv_disk_without_a_boot_signature_is_reported_at_int18)
{
    reset();
    world_add_disk(XVD(4));
    bios_start();
    CHECK_EQUAL(machine.boot_codes, 0);
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: xvde: its first sector has no boot signature\n"));
    CHECK_EQUAL(report_lines(), 1);
}

TEST(each_device_has_one_line_in_a_boot_that_tries_all_of_them)
{
    static const char *const lines[] = {
        "xenpv: boot: floppy: its boot code was not started\n",
        "xenpv: boot: xvde: its first sector has no boot signature\n",
        "xenpv: boot: xvdf: its first sector has no boot signature\n",
        "xenpv: boot: CD-ROM: its boot code was not started\n",
    };

    reset();
    world_add_disk(XVD(4));
    world_add_disk(XVD(5));
    world_add_disk(XVD(6))->config.ignores = ~0u;
    boot_add_cd(emulated_add(EMULATED_FLOPPY, 0)->drive, "a CD", -1);
    boot_add_bev(0xc800, 3, 0, -1);
    bios_start();
    for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        interrupt(handle_18);
        test_note("%s", lines[i]);
        CHECK(log_has(lines[i]));
        CHECK_EQUAL(report_lines(), 1);
        CHECK_EQUAL(machine.failures, 0);
    }
    /* The last device. */
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: option ROM: its boot code called int18\n"));
    CHECK(log_has("xenpv: boot: xvdg: not served: its backend did not connect in 10 s\n"));
    CHECK_EQUAL(report_lines(), 2);
    CHECK_EQUAL(machine.failures, 1);
}

TEST(boot_code_that_calls_int19_is_reported_and_booted_again)
{
    reset();
    world_add_disk(XVD(4));
    write_signature();
    bios_start();
    interrupt(handle_19);
    CHECK(log_has("xenpv: boot: xvde: its boot code called int19\n"));
    CHECK(log_has("xenpv: booting from Xen PV disk xvde"));
    CHECK_EQUAL(report_lines(), 1);
    CHECK_EQUAL(machine.boot_codes, 2);
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: xvde: its boot code called int18\n"));
}

TEST(a_device_that_halts_ends_the_boot_with_the_report)
{
    reset();
    world_add_disk(XVD(4));
    machine.halts = true;
    bios_start();
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: xvde: its first sector has no boot signature\n"));
    CHECK_EQUAL(report_lines(), 1);
    CHECK_EQUAL(machine.failures, 1);
}

TEST(a_guest_without_disks_gets_a_report)
{
    reset();
    bios_start();
    interrupt(handle_18);
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: hard disk: the BIOS has none\n"));
    CHECK(log_has("xenpv: boot: no disk at all: the guest has no entry for one in device/vbd\n"));
    CHECK_EQUAL(report_lines(), 2);
}

TEST(a_guest_whose_xenstore_does_not_answer_gets_a_report)
{
    reset();
    world_add_disk(XVD(4));
    store_config.silent_from = store_requests();
    bios_start();
    interrupt(handle_18);
    interrupt(handle_18);
    /* The console has waited for it, and has closed it for good. */
    CHECK(log_has("xenpv: boot: no PV disk is used: looking for them failed: ENOTCONN\n"));
    CHECK_EQUAL(report_lines(), 2);
}

TEST(a_machine_without_xen_gets_a_report_of_its_own_disks_only)
{
    reset();
    xen_config.cpuid_base = 0;
    emulated_add(EMULATED_IDE, 0);
    emulated_add(EMULATED_IDE, 1);
    bios_start();
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: emulated drive 80: its first sector has no boot signature\n"));
    CHECK_EQUAL(report_lines(), 1);
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: emulated drive 81: not tried: it is neither the first hard disk "
                  "nor a PV disk\n"));
    CHECK_EQUAL(report_lines(), 2);
}

/**** Emulated disks ****/

TEST(a_twin_is_reported_as_the_pv_disk_that_serves_it)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "strict", EMULATED_IDE);
    machine.reads_boot_sectors = true;
    bios_start();
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: xvda: its first sector has no boot signature\n"));
    CHECK_EQUAL(report_lines(), 1);
}

TEST(a_twin_that_has_fallen_back_is_reported_as_the_emulated_drive)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "strict", EMULATED_IDE);
    machine.reads_boot_sectors = true;
    write_signature();
    bios_start();
    machine.caller = CALLER_FLAT_32;
    twin_fall_back(0, "a test");
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: emulated drive 80: its boot code called int18\n"));
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: xvda: left to the emulated drive\n"));
}

TEST(an_emulated_disk_that_cannot_be_read_is_reported_with_the_status)
{
    reset();
    emulated_add(EMULATED_IDE, 0)->broken = true;
    bios_start();
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: emulated drive 80: read error at sector 0: status c\n"));
    CHECK_EQUAL(report_lines(), 1);
}

TEST(without_our_code_nothing_is_reported)
{
    reset();
    config.xenpv = false;
    emulated_add(EMULATED_IDE, 0);
    bios_start();
    interrupt(handle_18);
    interrupt(handle_18);
    CHECK_EQUAL(report_lines(), 0);
}
