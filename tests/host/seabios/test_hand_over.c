/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* POST, and when the PV disks are closed for the next system. */
#include "bios.h"
#include "bregs.h"
#include "romfile.h"
#include "seabios/int13/bios_disks.h"
#include "stacks.h"
#include "xen/base/handover.h"

#define AT 40u

#define DETECT_MODE 0xec00

#define GUEST_HOME "/local/domain/1/"

#define S3_RESUME 0xfe

static struct backend *backend;
static unsigned open_at_boot;

static void note_open(void)
{
    open_at_boot = bios_is_open(backend);
}

/* Start a machine, whose disk is open afterwards if the mode leaves it open. */
static void start(const char *mode)
{
    bios_reset(mode);
    backend = world_add_disk(XVD(4));
    machine.at_boot = note_open;
    bios_start();
}

static struct bregs call_15(enum machine_caller caller, u16 function)
{
    struct bregs regs = {.ax = function};

    machine.caller = caller;
    handle_15(&regs);
    machine.caller = CALLER_REAL_MODE;
    return regs;
}

static void call_32(void (*function)(void))
{
    machine.caller = CALLER_FLAT_32;
    function();
    machine.caller = CALLER_REAL_MODE;
}

/**** Booting ****/

TEST(the_first_boot_finds_the_disks_as_post_left_them)
{
    start("linger");
    CHECK_EQUAL(machine.boots, 1);
    CHECK(open_at_boot);
    start("strict");
    CHECK(!open_at_boot);
    world_check_clean();
}

TEST(a_boot_after_a_failed_one_finds_the_disks_closed)
{
    static void (*const again[])(void) = {handle_18, handle_19};

    for (unsigned i = 0; i < ARRAY_SIZE(again); i++) {
        start("linger");
        bios_check_write(bios_drive(0), AT, 3);
        call_32(again[i]);
        CHECK_EQUAL(machine.boots, 2);
        CHECK(!open_at_boot);
        world_check_clean();
        /* Int13 opens it again, and the next boot closes it again. */
        bios_check_read(bios_drive(0), AT, 3);
        CHECK(bios_is_open(backend));
        call_32(again[i]);
        CHECK(!open_at_boot);
        world_check_clean();
    }
}

TEST(a_twin_that_was_left_in_virtual_8086_mode_is_closed_with_the_others)
{
    struct bios_twin twin;

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    CHECK_EQUAL(bios_call(CALLER_VIRTUAL_8086, twin.drive, CMD_READ, AT, 1), DISK_RET_SUCCESS);
    CHECK(bios_is_open(twin.backend));
    call_32(handle_18);
    CHECK(!bios_is_open(twin.backend));
    world_check_clean();
    bios_check_served_by(&twin, 'e');
}

TEST(after_int18_the_emulated_disk_of_a_twin_shows_what_was_written)
{
    struct bios_twin twin;

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    emulated_cache_all(twin.emulated);
    bios_check_write(twin.drive, AT, 3);
    call_32(handle_18);
    for (unsigned i = 0; i < 3; i++)
        emulated_foreign_read(twin.emulated, AT + i, bios_data + i * DISK_SECTOR_SIZE);
    CHECK(bios_is_in_image(AT, 3));
}

/**** An operating system announces itself ****/

TEST(when_an_operating_system_announces_itself_the_disks_are_closed_and_stay_so)
{
    static const char *const modes[] = {"linger", "strict"};

    for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
        start(modes[i]);
        bios_check_write(bios_drive(0), AT, 3);
        struct bregs regs = call_15(CALLER_REAL_MODE, DETECT_MODE);
        CHECK(!bios_is_open(backend));
        world_check_clean();
        /* SeaBIOS answers it as usual. */
        CHECK_EQUAL(machine.system_calls, 1);
        CHECK(regs.flags & F_CF);
        bios_check_read(bios_drive(0), AT + 8, 3);
        CHECK(!bios_is_open(backend));
        world_check_clean();
    }
}

TEST(other_calls_of_int15_close_nothing)
{
    static const u16 functions[] = {0xe820, 0xec01, 0x00ec, 0x2401};

    start("linger");
    for (unsigned i = 0; i < ARRAY_SIZE(functions); i++)
        call_15(CALLER_REAL_MODE, functions[i]);
    CHECK_EQUAL(machine.system_calls, ARRAY_SIZE(functions));
    CHECK(bios_is_open(backend));
}

TEST(where_no_32_bit_code_can_run_the_announcement_closes_nothing_and_is_answered)
{
    static const enum machine_caller callers[] = {CALLER_VIRTUAL_8086, CALLER_PROTECTED_16,
                                                  CALLER_PROTECTED_16_LOW_IDT};

    start("linger");
    for (unsigned i = 0; i < ARRAY_SIZE(callers); i++)
        call_15(callers[i], DETECT_MODE);
    CHECK_EQUAL(machine.system_calls, ARRAY_SIZE(callers));
    CHECK(bios_is_open(backend));
    CHECK_EQUAL(machine.cr0_reads, 0);
}

/**** Reset and resume ****/

static void reset_with(int status, u32 vector)
{
    machine.caller = CALLER_FLAT_32;
    machine.resume_vector = vector;
    handle_resume32(status);
    machine.caller = CALLER_REAL_MODE;
}

TEST(a_reset_through_the_bios_closes_the_disks_and_lets_no_interrupt_in)
{
    static const struct {
        int status;
        u32 vector;
    } resets[] = {{0, 0}, {0, 0x9a000}, {0x0d, 0x9a000}, {S3_RESUME, 0}};

    for (unsigned i = 0; i < ARRAY_SIZE(resets); i++) {
        test_note("status %x", resets[i].status);
        start("linger");
        bios_check_write(bios_drive(0), AT, 3);
        CHECK(bios_is_open(backend) && CanInterrupt);
        reset_with(resets[i].status, resets[i].vector);
        CHECK(!bios_is_open(backend) && !CanInterrupt);
        world_check_clean();
        CHECK_EQUAL(machine.resumes, 1);
    }
}

TEST(a_resume_from_suspend_to_ram_leaves_the_disks)
{
    start("linger");
    bios_check_read(bios_drive(0), AT, 3);
    unsigned requests = store_requests();
    reset_with(S3_RESUME, 0x9a000);
    CHECK_EQUAL(machine.resumes, 1);
    CHECK(bios_is_open(backend) && CanInterrupt);
    CHECK_EQUAL(store_requests(), requests);
}

/**** POST ****/

TEST(the_acpi_device_is_added_only_for_a_hook_that_has_disks_to_close)
{
    static const struct {
        const char *mode;
        bool hook, option;
        const char *guest;
        unsigned devices;
    } cases[] = {{"auto", true, true, NULL, 1},   {"auto", true, false, NULL, 0},
                 {"auto", false, true, NULL, 0},  {"linger", true, true, NULL, 0},
                 {"strict", true, true, NULL, 0}, {"auto", true, true, "off", 0},
                 {"auto", true, true, "on", 1},   {"auto", true, false, "on", 0}};

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        test_note("case %u", i);
        bios_reset(cases[i].mode);
        world_add_disk(XVD(4));
        config.acpi = cases[i].option;
        if (cases[i].guest)
            store_write(GUEST_HOME "platform/xenpv-acpi", "%s", cases[i].guest);
        if (cases[i].hook) {
            store_write(GUEST_HOME HANDOVER_HOOK, HANDOVER_VERSION);
            store_write(GUEST_HOME HANDOVER_CLAIM, HANDOVER_VERSION);
        }
        bios_start();
        CHECK_EQUAL(machine.acpi_devices, cases[i].devices);
    }
}

TEST(a_guest_with_one_pv_disk_and_nothing_else_waits_for_no_key)
{
    start("linger");
    CHECK_EQUAL(machine.menus, 0);

    bios_reset("linger");
    world_add_disk(XVD(4));
    emulated_add(EMULATED_FLOPPY, 0);
    bios_start();
    CHECK_EQUAL(machine.menus, 1);

    bios_reset("linger");
    world_add_disk(XVD(4));
    config.menu_for_several = false;
    bios_start();
    CHECK_EQUAL(machine.menus, 1);

    /* SeaBIOS' own drive does not change that. */
    bios_reset("linger");
    emulated_add(EMULATED_IDE, 0);
    bios_start();
    CHECK_EQUAL(machine.menus, 1);
}

TEST(the_machines_choice_of_a_boot_menu_stands)
{
    for (u32 value = 0; value < 2; value++) {
        bios_reset("linger");
        world_add_disk(XVD(4));
        const_romfile_add_int("etc/show-boot-menu", value);
        bios_start();
        CHECK_EQUAL(machine.menus, value);
    }
}

TEST(a_guest_whose_pv_disks_do_not_work_has_its_menu)
{
    bios_reset("linger");
    world_add_disk(XVD(4))->config.ignores = ~0u;
    emulated_add(EMULATED_IDE, 0);
    bios_start();
    CHECK_EQUAL(machine.menus, 1);
}

TEST(the_mode_off_leaves_all_pv_disks_alone)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "off", EMULATED_IDE);
    backend = world_add_disk(XVD(4));
    bios_start();
    CHECK(bios_drive(0) == twin.drive && !bios_drive(1));
    bios_check_served_by(&twin, 'e');
    call_32(handle_18);
    call_15(CALLER_REAL_MODE, DETECT_MODE);
    CHECK_EQUAL(backend->connects + twin.backend->connects, 0);
    CHECK_EQUAL(machine.menus, 1);
}

/**** Without any of it ****/

/* Call everything that the BIOS offers; nothing of PV must show. */
static void check_stock(struct bios_twin *twin)
{
    unsigned requests = store_requests();

    CHECK(bios_drive(0) == twin->drive && !bios_drive(1));
    bios_check_served_by(twin, 'e');
    bios_renew_data();
    CHECK_EQUAL(bios_call(CALLER_VIRTUAL_8086, twin->drive, CMD_WRITE, AT, 3), DISK_RET_SUCCESS);
    CHECK(bios_is_in_image(AT, 3));
    call_15(CALLER_REAL_MODE, DETECT_MODE);
    call_32(handle_18);
    call_32(handle_19);
    reset_with(S3_RESUME, 0x9a000);
    reset_with(0, 0);
    CHECK_EQUAL(machine.system_calls, 1);
    CHECK_EQUAL(machine.boots, 3);
    CHECK_EQUAL(machine.resumes, 2);
    CHECK_EQUAL(machine.menus, 1);
    CHECK_EQUAL(machine.acpi_devices, 0);
    CHECK_EQUAL(twin->backend->connects, 0);
    CHECK_EQUAL(store_requests(), requests);
    world_check_clean();
}

TEST(without_the_option_xenpv_everything_is_as_in_stock_seabios)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    world_add_disk(XVD(4));
    config.xenpv = false;
    bios_start();
    CHECK_EQUAL(store_requests(), 0);
    check_stock(&twin);
    CHECK(CanInterrupt && !XenpvOthersWrote);
}

TEST(on_a_machine_without_xen_everything_is_as_in_stock_seabios)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    xen_config.cpuid_base = 0;
    machine.no_xen = true;
    bios_start();
    CHECK_EQUAL(store_requests(), 0);
    check_stock(&twin);
}

/* QEMU's own implementation of Xen's interfaces, in a machine of KVM. */
TEST(in_a_guest_of_xen_that_hvmloader_did_not_start_everything_is_as_in_stock_seabios)
{
    struct bios_twin twin;

    bios_make_twin(&twin, "linger", EMULATED_IDE);
    machine.no_xen = true;
    bios_start();
    CHECK_EQUAL(store_requests(), 0);
    check_stock(&twin);
    CHECK(log_has("the Xen core: not used: hvmloader did not start this guest\n"));
}

/**** The way to 32-bit code ****/

TEST(under_xen_the_way_to_32_bit_code_and_back_accesses_no_port)
{
    start("linger");
    bios_check_read(bios_drive(0), AT, 3);
    CHECK_EQUAL(machine.cmos_accesses, 0);
    CHECK_EQUAL(machine.status_reads, 0);
    CHECK_EQUAL(machine.a20_opened, 0);
}

TEST(without_xen_the_way_to_32_bit_code_masks_nmis_and_opens_the_a20_gate)
{
    bios_reset("linger");
    struct emulated *emulated = emulated_add(EMULATED_AHCI, 0);
    xen_config.cpuid_base = 0;
    machine.no_xen = true;
    bios_start();
    bios_check_read(emulated->drive, AT, 3);
    CHECK(machine.cmos_accesses > 0);
    CHECK_EQUAL(machine.a20_opened, 1);
}
