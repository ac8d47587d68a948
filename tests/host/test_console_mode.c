/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What the PV console is used for: the choice between the guest's wish, the ROM's, and what there
 * is. */
#include "firmware.h"
#include "test.h"
#include "xen/console/console_mode.h"

#include <stdio.h>

/* What each wish becomes, without and with a VGA. */
static const enum console_mode chosen[CONSOLE_MODES][2] = {
    [CONSOLE_AUTO] = {CONSOLE_ONLY, CONSOLE_MIRROR},
    [CONSOLE_OFF] = {CONSOLE_OFF, CONSOLE_OFF},
    [CONSOLE_DEBUG] = {CONSOLE_DEBUG, CONSOLE_DEBUG},
    [CONSOLE_MIRROR] = {CONSOLE_ONLY, CONSOLE_MIRROR},
    [CONSOLE_ONLY] = {CONSOLE_ONLY, CONSOLE_MIRROR},
};

static const char *const names[CONSOLE_MODES] = {"auto", "off", "debug", "mirror", "only"};

static enum console_mode choose(const char *key, const char *oem, enum console_mode configured,
                                unsigned has_vga)
{
    struct guest_option option = {.name = "console"};

    world_reset();
    strcpy(option.key, key);
    strcpy(option.oem, oem);
    return console_mode_choose(&option, configured, has_vga);
}

static void check_log(enum console_mode mode, enum console_mode wish)
{
    char line[64];

    snprintf(line, sizeof(line), "xenpv: console: %s (%s)\n", names[mode], names[wish]);
    CHECK(log_has(line));
    CHECK_EQUAL(log_lines(), 1);
}

TEST(each_mode_has_its_name)
{
    for (unsigned i = 0; i < CONSOLE_MODES; i++)
        CHECK(!strcmp(console_mode_names[i], names[i]));
}

TEST(the_mode_of_the_console_is_the_roms_if_the_guest_has_no_wish)
{
    for (unsigned wish = 0; wish < CONSOLE_MODES; wish++)
        for (unsigned vga = 0; vga < 2; vga++) {
            test_note("%s, VGA: %u", names[wish], vga);
            CHECK_EQUAL(choose("", "", wish, vga), chosen[wish][vga]);
            check_log(chosen[wish][vga], wish);
        }
}

TEST(the_guests_mode_of_the_console_overrides_the_roms)
{
    for (unsigned rom = 0; rom < CONSOLE_MODES; rom++)
        for (unsigned wish = 0; wish < CONSOLE_MODES; wish++)
            for (unsigned vga = 0; vga < 2; vga++) {
                test_note("%s, ROM: %s, VGA: %u", names[wish], names[rom], vga);
                CHECK_EQUAL(choose(names[wish], "", rom, vga), chosen[wish][vga]);
                check_log(chosen[wish][vga], wish);
                CHECK_EQUAL(choose("", names[wish], rom, vga), chosen[wish][vga]);
                check_log(chosen[wish][vga], wish);
                CHECK_EQUAL(choose(names[wish], names[rom], rom, vga), chosen[wish][vga]);
                check_log(chosen[wish][vga], wish);
            }
}

TEST(an_unknown_mode_of_the_console_does_not_count)
{
    CHECK_EQUAL(choose("mirrored", "", CONSOLE_DEBUG, 1), CONSOLE_DEBUG);
    CHECK(log_has("console: no such value: mirrored"));
    CHECK_EQUAL(choose("mirrored", "off", CONSOLE_DEBUG, 1), CONSOLE_OFF);
    CHECK_EQUAL(choose("", "Off", CONSOLE_DEBUG, 1), CONSOLE_DEBUG);
    CHECK(log_has("console: no such value: Off"));
}
