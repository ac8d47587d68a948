/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The order of the hard disks: the guest option "boot", and the next PV disk after a failed boot.
 */
#include "bios.h"
#include "seabios/int13/hd_order.h"
#include "util.h"

#include <stdio.h>
#include <string.h>

/* Make a machine with this list of disks to boot from, without disks. */
static void reset(const char *list)
{
    bios_reset("strict");
    machine.reads_boot_sectors = true;
    store_write("/local/domain/1/platform/xenpv-boot", "%s", list);
}

/* Add a PV-only disk whose size tells it from the others. */
static struct backend *add(unsigned index)
{
    static char sectors[16][8];
    struct backend *backend = world_add_disk(XVD(index));

    snprintf(sectors[index], sizeof(sectors[index]), "%u", 2048 + index);
    backend->config.sectors = sectors[index];
    return backend;
}

/* The hard disks from 80h on: letters of the PV-only ones, '-' for another. */
static const char *order(void)
{
    static char text[BUILD_MAX_EXTDRIVE + 1];
    struct drive_s *drive;
    unsigned i = 0;

    for (; (drive = bios_drive(i)); i++)
        text[i] = drive->type >= DTYPE_LSI_SCSI ? (char)('a' + drive->sectors - 2048) : '-';
    text[i] = 0;
    return text;
}

static void check_order(const char *wanted)
{
    test_note("wanted %s, got %s", wanted, order());
    CHECK(!strcmp(order(), wanted));
    /* The tables of the first two go with them. */
    for (unsigned i = 0; i < 2 && bios_drive(i); i++) {
        machine.caller = CALLER_FLAT_32;
        const struct fdpt_s *table = &get_ebda_ptr()->fdpt[i];
        machine.caller = CALLER_REAL_MODE;
        CHECK_EQUAL(table->sectors, bios_drive(i)->sectors);
        CHECK_EQUAL(table->is_translated, bios_drive(i)->type >= DTYPE_LSI_SCSI);
    }
}

/* Call int18 or int19 from 16-bit code. */
static void interrupt(void (*handler)(void))
{
    log_reset();
    machine.caller = CALLER_FLAT_32;
    handler();
    machine.caller = CALLER_REAL_MODE;
}

static void write_signature(void)
{
    uint8_t sector[DISK_SECTOR_SIZE] = {[510] = 0x55, [511] = 0xaa};

    disk_write(0, sector);
}

/**** The option ****/

static void check_option(const char *list, const char *wanted)
{
    reset(list);
    for (unsigned i = 4; i < 8; i++)
        add(i);
    bios_start();
    test_note("%s", list);
    check_order(wanted);
}

TEST(the_disks_of_the_option_boot_come_first_in_its_order)
{
    check_option("", "efgh");
    check_option("xvde", "efgh");
    check_option("xvdf", "fegh");
    check_option("xvdh", "hefg");
    check_option("xvdg,xvdf", "gfeh");
    check_option("xvdf,xvdg", "fgeh");
    check_option("xvdh,xvdg,xvdf,xvde", "hgfe");
    check_option("xvdh,xvdz,xvde", "hefg");
    CHECK(log_has("boot: no such PV disk: xvdz"));
}

/* xvde to xvdt, and xvdu to xvdar. */
TEST(disks_beyond_the_sixteenth_boot_if_the_option_boot_names_them)
{
    reset("xvdar,xvdz");
    for (unsigned i = 43; i >= 16; i--)
        world_add_disk(1u << 28 | i << 8)->config.sectors = i == 43   ? "2048"
                                                            : i == 25 ? "2049"
                                                                      : "2073";
    for (unsigned i = 15; i >= 4; i--)
        add(i);
    bios_start();
    check_order("abefghijklmnopzz");
    bios_check_read(bios_drive(0), 100, 3);
    CHECK_EQUAL(log_count("skipped"), 1);
    CHECK(log_has("xenpv: 16 of 16 PV disks ready in"));
}

TEST(the_option_boot_also_orders_emulated_disks_that_pv_serves)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "strict", EMULATED_IDE);
    add(5);
    add(6);
    bios_start();
    check_order("-fg");
    bios_make_twin(&twin, "strict", EMULATED_IDE);
    store_write("/local/domain/1/platform/xenpv-boot", "xvda,xvdg");
    add(5);
    add(6);
    bios_start();
    check_order("-gf");
    bios_make_twin(&twin, "strict", EMULATED_IDE);
    store_write("/local/domain/1/platform/xenpv-boot", "xvdg,xvda");
    add(5);
    add(6);
    bios_start();
    check_order("g-f");
    bios_check_read(bios_drive(1), 100, 3);
    CHECK_EQUAL(bios_served(&twin), 'p');
}

TEST(a_disk_of_the_option_boot_without_a_drive_is_named_in_the_log)
{
    reset("xvdf,xvdg");
    add(4);
    add(5)->config.ignores = ~0u;
    add(6);
    bios_start();
    check_order("ge");
    CHECK(log_has("xenpv: boot: xvdf: there is no drive for it\n"));
}

TEST(other_devices_keep_their_place_before_the_hard_disks)
{
    reset("xvdf");
    add(4);
    add(5);
    emulated_add(EMULATED_FLOPPY, 0);
    boot_add_bev(0xc800, 3, 0, -1);
    bios_start();
    CHECK_EQUAL(BootList.first ? container_of(BootList.first, struct bootentry_s, node)->type : 0,
                IPL_TYPE_FLOPPY);
    check_order("fe");
}

/**** The next disk ****/

TEST(after_a_disk_without_a_boot_signature_the_next_pv_disk_boots)
{
    reset("");
    for (unsigned i = 4; i < 7; i++)
        add(i);
    bios_start();
    check_order("efg");
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: xvde: its first sector has no boot signature\n"));
    CHECK(log_has("xenpv: booting from Xen PV disk xvdf, 1 MiB, blkback\n"));
    check_order("feg");
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: xvdf: its first sector has no boot signature\n"));
    check_order("gef");
    CHECK_EQUAL(machine.failures, 0);
    /* This one has become bootable. */
    write_signature();
    CHECK_EQUAL(machine.boot_codes, 0);
    interrupt(handle_19);
    /* The model has one image for all disks. */
    CHECK_EQUAL(machine.boot_codes, 1);
    check_order("efg");
}

TEST(when_no_disk_boots_all_have_their_numbers_again)
{
    reset("xvdf");
    for (unsigned i = 4; i < 7; i++)
        add(i);
    bios_start();
    interrupt(handle_18);
    interrupt(handle_18);
    check_order("gfe");
    interrupt(handle_18);
    check_order("feg");
    CHECK_EQUAL(machine.boots, 4);
    CHECK_EQUAL(machine.failures, 0);
    /* The floppy is the last device. */
    interrupt(handle_18);
    CHECK_EQUAL(machine.failures, 1);
    CHECK(!log_has("not tried"));
    /* Another boot begins with this order, too. */
    interrupt(handle_19);
    check_order("feg");
}

TEST(boot_code_that_calls_int18_passes_to_the_next_disk)
{
    reset("");
    add(4);
    add(5);
    write_signature();
    bios_start();
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: xvde: its boot code called int18\n"));
    CHECK(log_has("booting from Xen PV disk xvdf"));
    CHECK_EQUAL(machine.boot_codes, 2);
    check_order("fe");
}

TEST(an_emulated_disk_without_pv_is_passed_over)
{
    reset("");
    emulated_add(EMULATED_IDE, 0);
    emulated_add(EMULATED_IDE, 1);
    add(4);
    bios_start();
    check_order("--e");
    interrupt(handle_18);
    CHECK(log_has("xenpv: boot: emulated drive 80: its first sector has no boot signature\n"));
    CHECK(log_has("booting from Xen PV disk xvde"));
    check_order("e--");
    interrupt(handle_18);
    interrupt(handle_18);
    CHECK(
        log_has("xenpv: boot: emulated drive 81: not tried: it is neither the first hard disk nor "
                "a PV disk\n"));
    check_order("--e");
    CHECK_EQUAL(machine.failures, 1);
}

TEST(without_xen_the_next_hard_disk_is_not_tried)
{
    reset("");
    xen_config.cpuid_base = 0;
    emulated_add(EMULATED_IDE, 0);
    emulated_add(EMULATED_IDE, 1);
    bios_start();
    interrupt(handle_18);
    interrupt(handle_18);
    CHECK_EQUAL(machine.failures, 1);
    check_order("--");
}

/* fault: limits | the backends of all disks fall silent after POST, and the guest boots | tries one
 * after the other until such attempts have taken 10 s; the log names those that were not tried */
TEST(disks_whose_backends_fall_silent_before_the_boot_take_one_limit_and_one_attempt)
{
    struct backend *backends[16];

    reset("");
    for (unsigned i = 0; i < 16; i++)
        backends[i] = add(i + 4 < 16 ? i + 4 : i - 12);
    bios_start();
    for (unsigned i = 0; i < 16; i++)
        backends[i]->config.ignores = ~0u;
    uint64_t before = clock_now_us() / 1000;
    unsigned boots = machine.boots;
    while (!machine.failures)
        interrupt(handle_18);
    CHECK(clock_now_us() / 1000 - before <= 2 * 10000 + 1000);
    CHECK(machine.boots - boots <= 4);
    CHECK(log_count("not tried: the boot has ended before its turn") >= 12);
}

TEST(the_time_of_one_boot_does_not_count_in_the_next_one)
{
    struct backend *backends[4];

    reset("");
    for (unsigned i = 0; i < 4; i++)
        backends[i] = add(i + 4);
    bios_start();
    for (unsigned i = 0; i < 4; i++)
        backends[i]->config.ignores = ~0u;
    while (!machine.failures)
        interrupt(handle_18);
    for (unsigned i = 0; i < 4; i++)
        backends[i]->config.ignores = 0;
    interrupt(handle_19);
    check_order("efgh");
    interrupt(handle_18);
    check_order("fegh");
}

TEST(a_cd_rom_of_the_option_boot_is_named_as_one_in_the_log)
{
    reset("xvde,xvdg");
    add(4);
    store_write("/local/domain/1/device/vbd/51776/device-type", "cdrom");
    add(5);
    add(6);
    bios_start();
    check_order("gf");
    CHECK(log_has("xenpv: boot: xvde: a CD-ROM drive, which this option does not order\n"));
    CHECK(!log_has("there is no drive for it"));
}

TEST(the_next_disk_is_open_to_reads_and_writes_of_its_boot_code)
{
    reset("");
    add(4);
    struct backend *second = add(5);
    bios_start();
    interrupt(handle_18);
    unsigned requests = second->requests;
    bios_check_write(bios_drive(0), 40, 3);
    CHECK(second->requests > requests);
}
