/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* POST: what the PV console is used for, and memory for a screen. */
#include "biosvar.h" // GET_IVT
#include "controllers.h"
#include "screen.h"
#include "stacks.h"
#include "xen/base/public.h"
#include "xen/console/console_mode.h"

#include <stdio.h>
#include <string.h>

#define GUEST_HOME "/local/domain/1/"

#define CLASS_VGA 0x0300

static const char *const names[CONSOLE_MODES] = {"auto", "off", "debug", "mirror", "only"};

/* The same order as in the ROM's options. */
_Static_assert((int)CONSOLE_ONLY == (int)CONFIG_ONLY && (int)CONSOLE_OFF == (int)CONFIG_OFF, "");

static struct segoff_s own_int10(void)
{
    return FUNC16(entry_10);
}

/* Check that the guest has no screen on the console, and that it costs nothing. */
static void check_no_screen(void)
{
    CHECK(!XenpvConsole);
    CHECK(!screen_has_int10());
    unsigned calls = machine.calls_32;
    uint32_t hypercalls = screen_hypercalls();
    for (unsigned i = 0; i < 5; i++)
        screen_tick();
    CHECK_EQUAL(machine.ticks, 5);
    CHECK_EQUAL(machine.calls_32, calls);
    CHECK_EQUAL(screen_hypercalls(), hypercalls);
    CHECK_EQUAL(machine.first_texts, 1);
}

/**** The mode ****/

static void check_mode(enum console_mode wish, bool has_vga)
{
    bool off = wish == CONSOLE_OFF || wish == CONSOLE_DEBUG;
    enum console_mode mode = off ? wish : has_vga ? CONSOLE_MIRROR : CONSOLE_ONLY;
    const struct xenpv_console *console = (void *)XenpvConsole;
    char line[64];

    snprintf(line, sizeof(line), "console: %s (%s)\n", names[mode], names[wish]);
    CHECK(log_has(line));
    CHECK_EQUAL(!!console, mode == CONSOLE_MIRROR || mode == CONSOLE_ONLY);
    CHECK(!console || console->mode == mode);
    CHECK_EQUAL(screen_has_int10(), mode == CONSOLE_ONLY);
    CHECK_EQUAL(screen_moves(), mode == CONSOLE_ONLY ? MEMORY_TEXT_PAGES : 0);
    CHECK_EQUAL(machine.first_texts, 1);
    unsigned calls = machine.calls_32;
    screen_tick();
    CHECK_EQUAL(machine.calls_32 - calls, !!console);
}

TEST(each_wish_for_the_console_has_its_mode_with_and_without_a_vga)
{
    /* A wish in the ROM, in a key, in an OEM string. */
    for (unsigned source = 0; source < 3; source++)
        for (unsigned wish = 0; wish < CONSOLE_MODES; wish++)
            for (unsigned vga = 0; vga < 2; vga++) {
                char oem[32];
                const char *const strings[] = {oem, NULL};

                test_note("source %u, %s, VGA: %u", source, names[wish], vga);
                bios_reset("strict");
                if (!vga)
                    bios_remove_vga();
                config.console = source ? CONFIG_OFF : (enum config_console)wish;
                if (source == 1)
                    store_write(GUEST_HOME "platform/xenpv-console", "%s", names[wish]);
                snprintf(oem, sizeof(oem), "xenpv.console=%s", names[wish]);
                if (source == 2)
                    world_oem_strings = strings;
                screen_post();
                check_mode(wish, vga);
            }
}

TEST(a_key_for_the_console_overrides_an_oem_string)
{
    screen_reset();
    store_write(GUEST_HOME "platform/xenpv-console", "only");
    world_oem_strings = (const char *const[]){"xenpv.console=off", NULL};
    screen_post();
    check_mode(CONSOLE_ONLY, false);
}

TEST(a_guest_whose_int10_is_served_by_any_other_code_keeps_it)
{
    static const struct segoff_s vectors[] = {
        {.seg = 0xc000, .offset = 0x0003}, {.seg = 0xf000, .offset = 0x1234}, {.segoff = 0}};

    for (unsigned i = 0; i < ARRAY_SIZE(vectors); i++) {
        screen_reset();
        SET_IVT(0x10, vectors[i]);
        config.console = CONFIG_ONLY;
        screen_post();
        CHECK_EQUAL(GET_IVT(0x10).segoff, vectors[i].segoff);
        CHECK_EQUAL(screen_moves(), 0);
        CHECK(log_has("console: mirror (only)"));
    }
}

TEST(a_display_device_without_a_bios_has_no_screen_on_the_console)
{
    static const u16 classes[] = {CLASS_VGA, 0x0301, 0x0380};

    for (unsigned i = 0; i < ARRAY_SIZE(classes); i++) {
        screen_reset();
        controllers_add_pci(0x8086, 0x7010, 0)->class = 0x0101;
        controllers_add_pci(0x1234, 0x1111, 0)->class = classes[i];
        screen_post();
        CHECK(log_has("console: the VGA has no BIOS: no screen"));
        CHECK_EQUAL(screen_moves(), 0);
        check_no_screen();
        CHECK_EQUAL(GET_IVT(0x10).segoff, own_int10().segoff);
    }
}

TEST(devices_that_are_no_display_do_not_count_as_one)
{
    static const u16 classes[] = {0x0101, 0x0003, 0x0200, 0x0403, 0x0c03, 0xff80, 0x1300};

    screen_reset();
    for (unsigned i = 0; i < ARRAY_SIZE(classes); i++)
        controllers_add_pci(0x8086, (u16)i, 0)->class = classes[i];
    CHECK(screen_post());
    CHECK(screen_has_int10());
}

/**** No console ****/

/* fault: console | the guest has no PV console | there is no screen; no page is moved for it */
TEST(without_a_pv_console_there_is_no_screen_and_nothing_is_moved)
{
    static const enum config_console modes[] = {CONFIG_AUTO, CONFIG_DEBUG, CONFIG_ONLY};

    for (unsigned i = 0; i < ARRAY_SIZE(modes); i++)
        for (unsigned vga = 0; vga < 2; vga++) {
            bios_reset("strict");
            if (!vga)
                bios_remove_vga();
            config.console = modes[i];
            *xen_param(HVM_PARAM_CONSOLE_EVTCHN) = 0;
            screen_post();
            CHECK(log_has("console: not available: ENODEV"));
            CHECK_EQUAL(screen_moves(), 0);
            check_no_screen();
        }
}

TEST(with_the_console_off_it_is_not_even_looked_for)
{
    screen_reset();
    config.console = CONFIG_OFF;
    screen_post();
    CHECK_EQUAL(xen_calls(__HYPERVISOR_hvm_op, HVMOP_get_param), 2);
    CHECK_EQUAL(screen_moves(), 0);
    check_no_screen();
}

TEST(without_xen_or_the_option_there_is_no_console)
{
    for (unsigned i = 0; i < 2; i++) {
        screen_reset();
        if (i)
            xen_config.cpuid_base = 0;
        config.xenpv = i;
        unsigned requests = store_requests();
        screen_post();
        check_no_screen();
        CHECK_EQUAL(GET_IVT(0x10).segoff, own_int10().segoff);
        CHECK_EQUAL(store_requests(), requests);
        CHECK_EQUAL(log_count("console"), 0);
    }
}

/* fault: memory | POST has no memory for the console | there is none; the guest boots */
TEST(without_memory_there_is_no_console_and_post_goes_on)
{
    unsigned count = 0, errors = 0;

    for (;; count++) {
        test_note("after %u allocations", count);
        screen_reset();
        memory_fail_after(count);
        if (screen_post())
            break;
        CHECK_EQUAL(screen_moves(), 0);
        errors += log_count("no memory");
        check_no_screen();
    }
    /* The core, the state, the screen; and what core_init needs. */
    CHECK(count >= 3 && count < 10);
    /* The log names each of these three. */
    CHECK_EQUAL(errors, 3);
}

TEST(without_memory_below_1_mib_there_is_no_console_and_post_goes_on)
{
    screen_reset();
    machine.low_left = 0;
    CHECK(!screen_post());
    CHECK(log_has("console: no memory"));
    CHECK_EQUAL(screen_moves(), 0);
    check_no_screen();
}

TEST(the_core_is_set_up_once_for_the_console_and_the_disks)
{
    screen_reset();
    struct backend *backend = world_add_disk(XVD(4));
    bios_start();
    CHECK_EQUAL(log_count("CPUID leaf"), 1);
    CHECK(XenpvConsole);
    CHECK_EQUAL(backend->connects, 1);
    bios_check_write(bios_drive(0), 40, 3);
}

/**** Memory at B8000h ****/

TEST(a_hole_at_b8000h_gets_eight_pages_of_reserved_memory)
{
    screen_reset();
    for (u32 i = 0; i < MEMORY_TEXT_PAGES; i++)
        CHECK(memory_is_hole(MEMORY_TEXT_FRAME + i));
    CHECK(screen_post());
    CHECK_EQUAL(screen_moves(), MEMORY_TEXT_PAGES);
    for (u32 i = 0; i < MEMORY_TEXT_PAGES; i++)
        CHECK(!memory_is_hole(MEMORY_TEXT_FRAME + i));
    /* All of it is blank text, by int10's start. */
    const u16 *cells = machine_far(0xb800, 0);
    for (unsigned i = 0; i < 0x4000; i++)
        CHECK_EQUAL(cells[i], 0x0720);
}

TEST(memory_that_is_at_b8000h_already_is_used)
{
    screen_reset();
    memory_fill_hole();
    CHECK(screen_post());
    CHECK(screen_has_int10());
    CHECK_EQUAL(screen_moves(), 0);
    screen_print("used");
    CHECK_EQUAL(*(u16 *)machine_far(0xb800, 0), 0x0700 | 'u');
}

static void fail_moves(unsigned skip, unsigned times, long error)
{
    xen_fault = (struct xen_fault){.number = __HYPERVISOR_memory_op,
                                   .operation = XENMEM_add_to_physmap,
                                   .skip = skip,
                                   .times = times,
                                   .error = error};
}

/* fault: console | Xen refuses to move a page to B8000h, at any of them | there is no screen; the
 * guest boots without one */
TEST(if_xen_does_not_move_a_page_there_is_no_screen)
{
    for (unsigned skip = 0; skip < MEMORY_TEXT_PAGES; skip++) {
        test_note("page %u", skip);
        screen_reset();
        world_add_disk(XVD(4));
        fail_moves(skip, 1, -XEN_EPERM);
        bios_start();
        CHECK_EQUAL(log_count("cannot move frame"), 1);
        for (u32 i = 0; i < MEMORY_TEXT_PAGES; i++)
            CHECK_EQUAL(memory_is_hole(MEMORY_TEXT_FRAME + i), i >= skip);
        CHECK_EQUAL(GET_IVT(0x10).segoff, own_int10().segoff);
        check_no_screen();
        bios_check_read(bios_drive(0), 40, 3);
    }
}

/* fault: console | Xen reports that a page has been moved to B8000h, and there is none | there is
 * no screen */
TEST(if_there_is_no_memory_after_the_moves_there_is_no_screen)
{
    for (unsigned skip = 0; skip < MEMORY_TEXT_PAGES; skip++) {
        screen_reset();
        fail_moves(skip, 1, 0);
        CHECK(!screen_post());
        check_no_screen();
    }
}
