/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* int10: modes, the cursor, pages, fonts. */
#include "machine.h"

#include "test.h"

#include <string.h>

/* Check the fields that a mode set fills. */
static void check_fields(unsigned mode, unsigned columns, unsigned page_bytes)
{
    CHECK_EQUAL(machine_read8(0x449), mode);
    CHECK_EQUAL(machine_read16(0x44a), columns);
    CHECK_EQUAL(machine_read16(0x44c), page_bytes);
    CHECK_EQUAL(machine_read16(0x44e), 0);
    for (unsigned page = 0; page < 8; page++)
        CHECK_EQUAL(machine_read16(0x450 + 2 * page), 0);
    CHECK_EQUAL(machine_read16(0x460), mode == 7 ? 0x0b0c : 0x0607);
    CHECK_EQUAL(machine_read8(0x462), 0);
    CHECK_EQUAL(machine_read16(0x463), mode == 7 ? 0x3b4 : 0x3d4);
    CHECK_EQUAL(machine_read8(0x466), 0x30);
    CHECK_EQUAL(machine_read8(0x484), 24);
    CHECK_EQUAL(machine_read16(0x485), 16);
    CHECK_EQUAL(machine_read8(0x488), 0xf9);
    CHECK_EQUAL(machine_read8(0x489), 0x11);
    CHECK_EQUAL(machine_read8(0x48a), 0x0b);
}

TEST(the_screen_begins_in_mode_3_and_is_blank)
{
    machine_begin(false);
    check_fields(3, 80, 0x1000);
    CHECK_EQUAL(machine_read8(0x465), 0x29);
    CHECK_EQUAL(machine_read8(0x487), 0x60);
    CHECK_EQUAL(machine_read16(0x410) & 0x30, 0x20);
    for (uint32_t place = 0xb8000; place < 0xc0000; place += 2)
        CHECK_EQUAL(machine_read16(place), 0x0720);
}

TEST(a_mode_set_fills_the_fields_and_clears_the_screen)
{
    static const struct {
        unsigned mode, columns, page_bytes, control;
    } modes[] = {{0, 40, 0x800, 0x2c},
                 {1, 40, 0x800, 0x28},
                 {2, 80, 0x1000, 0x2d},
                 {3, 80, 0x1000, 0x29},
                 {7, 80, 0x1000, 0x29}};

    machine_begin(true);
    for (unsigned i = 0; i < 5; i++) {
        test_note("mode %u", modes[i].mode);
        memset(machine.screen.low + 0x449, 0xaa, 0x1e); /* all fields of the screen */
        memset(machine.screen.low + 0xb0000, 'x', 0x10000);
        machine_call((uint16_t)modes[i].mode, 0, 0, 0);
        CHECK_EQUAL(machine.registers.ax, 0x0030);
        check_fields(modes[i].mode, modes[i].columns, modes[i].page_bytes);
        CHECK_EQUAL(machine_read8(0x465), modes[i].control);
        CHECK_EQUAL(machine_read8(0x487), modes[i].mode == 7 ? 0x62 : 0x60);
        CHECK_EQUAL(machine_read16(modes[i].mode == 7 ? 0xb0000 : 0xb8000), 0x0720);
        CHECK_EQUAL(machine_read16(modes[i].mode == 7 ? 0xb7ffe : 0xbfffe), 0x0720);
        CHECK_EQUAL(machine_read16(modes[i].mode == 7 ? 0xb8000 : 0xb0000), 0x7878);
        machine_call(0x0f00, 0x5555, 0, 0);
        CHECK_EQUAL(machine.registers.ax, modes[i].columns << 8 | modes[i].mode);
        CHECK_EQUAL(machine.registers.bx, 0x0055);
    }
}

TEST(bit_7_of_the_mode_keeps_the_screen)
{
    machine_begin(false);
    machine_poke(3, 5, "kept", 0x1f);
    machine_call(0x0083, 0, 0, 0);
    CHECK_EQUAL(machine.registers.al, 0x30);
    CHECK_EQUAL(machine_cell(0, 3, 5), 0x1f00 | 'k');
    CHECK_EQUAL(machine_read8(0x449), 3);
    CHECK_EQUAL(machine_read8(0x487), 0xe0);
    machine_call(0x0f00, 0, 0, 0);
    CHECK_EQUAL(machine.registers.ax, 0x5083);
    machine_call(0x0003, 0, 0, 0);
    CHECK_EQUAL(machine_cell(0, 3, 5), 0x0720);
    CHECK_EQUAL(machine_read8(0x487), 0x60);
}

TEST(a_graphics_mode_is_refused_and_changes_nothing)
{
    machine_begin(true);
    machine_call(0x0001, 0, 0, 0);
    machine_print("text");
    for (unsigned mode = 0; mode < 0x100; mode++) {
        unsigned number = mode & 0x7f;
        uint8_t before[0x10000];

        if (number < 4 || number == 7)
            continue;
        memcpy(before, machine.screen.low + 0xb0000, sizeof(before));
        machine_call((uint16_t)mode, 0, 0, 0);
        CHECK_EQUAL(machine.registers.ax, mode);
        CHECK_EQUAL(machine_read8(0x449), 1);
        CHECK_EQUAL(machine_read16(0x450), 0x0004);
        CHECK(memcmp(before, machine.screen.low + 0xb0000, sizeof(before)) == 0);
    }
}

TEST(mode_7_without_its_memory_sets_mode_3)
{
    machine_begin(false);
    machine_call(0x0001, 0, 0, 0);
    machine_print("text");
    machine_call(0x0007, 0, 0, 0);
    CHECK_EQUAL(machine.registers.al, 0x30);
    check_fields(3, 80, 0x1000);
    CHECK_EQUAL(machine_cell(0, 0, 0), 0x0720);
    CHECK_EQUAL(machine_read16(0xb0000), 0xcccc);
}

TEST(each_page_has_a_cursor)
{
    machine_begin(false);
    for (unsigned page = 0; page < 8; page++)
        machine_call(0x0200, (uint16_t)(page << 8), 0, (uint16_t)(page << 8 | (page + 10)));
    machine_call(0x0200, 0x0800, 0, 0x1111);
    machine_call(0x0100, 0, 0x0a0b, 0);
    CHECK_EQUAL(machine_read16(0x460), 0x0a0b);
    for (unsigned page = 0; page < 8; page++) {
        CHECK_EQUAL(machine_read16(0x450 + 2 * page), page << 8 | (page + 10));
        machine_call(0x0300, (uint16_t)(page << 8), 0, 0);
        CHECK_EQUAL(machine.registers.cx, 0x0a0b);
        CHECK_EQUAL(machine.registers.dx, page << 8 | (page + 10));
        CHECK_EQUAL(machine.registers.bx, page << 8);
    }
}

TEST(a_page_is_chosen_if_the_window_holds_it)
{
    static const struct {
        unsigned mode, font, pages, bytes;
    } cases[] = {{3, 0x1114, 8, 0x1000},
                 {1, 0x1114, 8, 0x800},
                 {3, 0x1111, 5, 0x1800},
                 {3, 0x1112, 4, 0x2000},
                 {1, 0x1112, 8, 0x1000}};

    for (unsigned i = 0; i < 5; i++) {
        test_note("case %u", i);
        machine_begin(false);
        machine_call((uint16_t)cases[i].mode, 0, 0, 0);
        machine_call((uint16_t)cases[i].font, 0, 0, 0);
        for (unsigned page = 0; page < 0x100; page++) {
            unsigned valid = page < cases[i].pages ? page : cases[i].pages - 1;

            machine_call((uint16_t)(0x0500 | page), 0, 0, 0);
            CHECK_EQUAL(machine_read8(0x462), valid);
            CHECK_EQUAL(machine_read16(0x44e), valid * cases[i].bytes);
            CHECK_EQUAL(machine_read16(0x44c), cases[i].bytes);
        }
    }
}

TEST(fonts_of_8_14_and_16_lines_make_rows_as_on_a_vga)
{
    static const struct {
        unsigned lines, font, rows, height; /* lines as function 12h counts them */
    } cases[] = {{2, 0x1111, 28, 14}, {2, 0x1112, 50, 8},  {2, 0x1114, 25, 16},
                 {1, 0x1112, 43, 8},  {1, 0x1111, 25, 14}, {1, 0x1114, 21, 16},
                 {0, 0x1112, 25, 8},  {0, 0x1111, 14, 14}, {0, 0x1114, 12, 16}};

    machine_begin(false);
    for (unsigned i = 0; i < 9; i++) {
        test_note("case %u", i);
        machine_call((uint16_t)(0x1200 | cases[i].lines), 0x0030, 0, 0);
        CHECK_EQUAL(machine.registers.ax, 0x1212);
        machine_call(0x0003, 0, 0, 0);
        CHECK_EQUAL(machine_read8(0x484), 24);
        CHECK_EQUAL(machine_read16(0x485), cases[i].lines == 2 ? 16 : cases[i].lines ? 14 : 8);
        machine_print("stays");
        machine_call((uint16_t)cases[i].font, 0, 0, 0);
        CHECK_EQUAL(machine_read8(0x484), cases[i].rows - 1);
        CHECK_EQUAL(machine_read16(0x485), cases[i].height);
        CHECK_EQUAL(machine_cell(0, 0, 0), 0x0700 | 's');
        CHECK_EQUAL(machine_read16(0x450), 5);
        /* And back from there to all others. */
        machine_call(0x1112, 0, 0, 0);
        machine_call(0x1111, 0, 0, 0);
        machine_call((uint16_t)cases[i].font, 0, 0, 0);
        CHECK_EQUAL(machine_read8(0x484), cases[i].rows - 1);
    }
}

TEST(a_font_of_the_callers_own_makes_rows_if_they_are_not_too_many)
{
    machine_begin(false);
    machine_call(0x1110, 0x0a00, 0, 0);
    CHECK_EQUAL(machine_read8(0x484), 39);
    CHECK_EQUAL(machine_read16(0x485), 10);
    for (unsigned height = 0; height < 8; height++)
        machine_call(0x1110, (uint16_t)(height << 8), 0, 0);
    machine_call(0x1110, 0xff00, 0, 0);
    CHECK_EQUAL(machine_read8(0x484), 39);
    machine_call(0x1100, 0x0800, 0, 0); /* without new rows */
    machine_call(0x1102, 0, 0, 0);
    machine_call(0x1103, 0, 0, 0);
    CHECK_EQUAL(machine_read8(0x484), 39);
}

TEST(a_page_that_no_longer_exists_with_more_rows_is_left)
{
    machine_begin(false);
    machine_call(0x0503, 0, 0, 0);
    machine_call(0x1112, 0, 0, 0);
    CHECK_EQUAL(machine_read8(0x462), 3);
    CHECK_EQUAL(machine_read16(0x44e), 0x6000);
    machine_begin(false);
    machine_call(0x0504, 0, 0, 0); /* 50 rows leave pages 0 to 3 */
    machine_call(0x1112, 0, 0, 0);
    CHECK_EQUAL(machine_read8(0x462), 0);
    CHECK_EQUAL(machine_read16(0x44e), 0);
}

TEST(font_information_names_the_roms_font_and_the_vectors)
{
    machine_begin(false);
    machine_write16(0x1f * 4, 0x1111);
    machine_write16(0x1f * 4 + 2, 0x2222);
    machine_write16(0x43 * 4, 0x3333);
    machine_write16(0x43 * 4 + 2, 0x4444);
    for (unsigned font = 0; font < 8; font++) {
        machine_call(0x1130, (uint16_t)(font << 8), 0, 0);
        CHECK_EQUAL(machine.registers.es, font == 0 ? 0x2222 : font == 1 ? 0x4444 : 0xf000);
        CHECK_EQUAL(machine.registers.bp, font == 0 ? 0x1111 : font == 1 ? 0x3333 : 0xfa6e);
        CHECK_EQUAL(machine.registers.cx, 16);
        CHECK_EQUAL(machine.registers.dl, 24);
    }
    machine_call(0x1112, 0, 0, 0);
    machine_call(0x1130, 0x0300, 0, 0);
    CHECK_EQUAL(machine.registers.cx, 8);
    CHECK_EQUAL(machine.registers.dl, 49);
}
