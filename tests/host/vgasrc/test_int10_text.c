/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* int10: writing, reading, scrolling. */
#include "machine.h"

#include "test.h"

#include <string.h>

static uint16_t cursor(unsigned page)
{
    return machine_read16(0x450 + 2 * page);
}

static void set_cursor(unsigned page, unsigned row, unsigned column)
{
    machine_call(0x0200, (uint16_t)(page << 8), 0, (uint16_t)(row << 8 | column));
}

/**** 08h, 09h, 0Ah ****/

TEST(cells_are_written_at_the_cursor_of_their_page_and_read_back)
{
    machine_begin(false);
    set_cursor(2, 4, 78);
    machine_call(0x0941, 0x021e, 5, 0);
    CHECK_EQUAL(cursor(2), 0x044e);
    for (unsigned i = 0; i < 5; i++)
        CHECK_EQUAL(machine_cell(2, 4, 78 + i), 0x1e41);
    CHECK_EQUAL(machine_cell(2, 4, 77), 0x0720);
    CHECK_EQUAL(machine_cell(2, 5, 3), 0x0720);
    CHECK_EQUAL(machine_cell(0, 4, 78), 0x0720);
    machine_call(0x0800, 0x0200, 0, 0);
    CHECK_EQUAL(machine.registers.ax, 0x1e41);
    machine_write16(0xba000 + 2 * (4 * 80 + 78), 0x8fdb);
    machine_call(0x0800, 0x0200, 0, 0);
    CHECK_EQUAL(machine.registers.ax, 0x8fdb);
}

TEST(characters_are_written_without_their_attributes)
{
    machine_begin(false);
    machine_poke(0, 0, "abc", 0x2f);
    machine_call(0x0a58, 0x001e, 2, 0);
    CHECK_EQUAL(machine_cell(0, 0, 0), 0x2f58);
    CHECK_EQUAL(machine_cell(0, 0, 1), 0x2f58);
    CHECK_EQUAL(machine_cell(0, 0, 2), 0x2f00 | 'c');
    machine_call(0x0a59, 0, 0, 0);
    CHECK_EQUAL(machine_cell(0, 0, 0), 0x2f58);
}

TEST(cells_outside_the_window_are_not_written)
{
    machine_begin(false);
    set_cursor(7, 20, 0);
    machine_call(0x0941, 0x071e, 0xffff, 0);
    CHECK_EQUAL(machine_read16(0xbfffe), 0x1e41);
    set_cursor(7, 255, 255);
    machine_call(0x0941, 0x071e, 1, 0);
    machine_call(0x0800, 0x0700, 0, 0);
    CHECK_EQUAL(machine.registers.ax, 0x0720);
    machine_call(0x0941, 0x081e, 1, 0); /* there is no page 8 */
    machine_call(0x0800, 0xff00, 0, 0);
    CHECK_EQUAL(machine.registers.ax, 0x0720);
    CHECK_EQUAL(machine_cell(0, 0, 0), 0x0720);
}

/**** 06h, 07h ****/

/* Letters by rows and columns in a corner of the active page. */
static void fill_letters(void)
{
    for (unsigned row = 0; row < 25; row++)
        for (unsigned column = 0; column < 80; column++)
            machine_write16(0xb8000 + machine_read16(0x44e) + row * 160 + column * 2,
                            (uint16_t)(row << 8 | column));
}

/* Check the active page after a rectangle has moved: each row in it comes from @by rows below. */
static void check_moved(unsigned top, unsigned left, unsigned bottom, unsigned right, int by,
                        uint8_t attribute)
{
    unsigned page = machine_read8(0x462);

    for (unsigned row = 0; row < 25; row++)
        for (unsigned column = 0; column < 80; column++) {
            bool inside = row >= top && row <= bottom && column >= left && column <= right;
            int from = inside ? (int)row + by : (int)row;
            bool filled = inside && (from < (int)top || from > (int)bottom);

            test_note("row %u, column %u", row, column);
            CHECK_EQUAL(machine_cell(page, row, column),
                        filled ? attribute << 8 | ' ' : from << 8 | (int)column);
        }
}

TEST(a_rectangle_scrolls_up_and_down)
{
    static const struct {
        unsigned top, left, bottom, right;
    } cases[] = {{0, 0, 24, 79}, {3, 10, 20, 60}, {5, 5, 5, 5}, {23, 0, 24, 79}};

    for (unsigned i = 0; i < 4; i++)
        for (unsigned rows = 0; rows < 30; rows++)
            for (unsigned up = 0; up < 2; up++) {
                unsigned by = rows == 0 ? 100 : rows;

                machine_begin(false);
                machine_call(0x0503, 0, 0, 0);
                fill_letters();
                machine_call((uint16_t)((up ? 0x0600 : 0x0700) | rows), 0x4e00,
                             (uint16_t)(cases[i].top << 8 | cases[i].left),
                             (uint16_t)(cases[i].bottom << 8 | cases[i].right));
                check_moved(cases[i].top, cases[i].left, cases[i].bottom, cases[i].right,
                            up ? (int)by : -(int)by, 0x4e);
                CHECK_EQUAL(machine_cell(0, 0, 0), 0x0720);
            }
}

TEST(the_part_of_a_rectangle_outside_the_screen_is_left_out)
{
    machine_begin(false);
    fill_letters();
    machine_call(0x0601, 0x0700, 0x1400, 0xffff);
    check_moved(20, 0, 24, 79, 1, 0x07);
    fill_letters();
    machine_call(0x0701, 0x0700, 0x1400, 0xffff);
    check_moved(20, 0, 24, 79, -1, 0x07);
    fill_letters();
    machine_call(0x0601, 0x0700, 0x1900, 0x2020); /* below the screen */
    machine_call(0x0700, 0x0700, 0x0050, 0x20ff); /* right of it */
    machine_call(0x0600, 0x0700, 0x0505, 0x0410); /* upside down */
    check_moved(0, 0, 24, 79, 0, 0x07);
}

/**** 0Eh ****/

TEST(a_teletype_moves_the_cursor_and_keeps_attributes)
{
    machine_begin(false);
    machine_poke(0, 0, "..........", 0x1f);
    machine_print("ab\bc");
    CHECK_EQUAL(machine_cell(0, 0, 0), 0x1f00 | 'a');
    CHECK_EQUAL(machine_cell(0, 0, 1), 0x1f00 | 'c');
    CHECK_EQUAL(machine_cell(0, 0, 2), 0x1f00 | '.');
    CHECK_EQUAL(cursor(0), 0x0002);
    machine_print("\n");
    CHECK_EQUAL(cursor(0), 0x0102);
    machine_print("\r\b");
    CHECK_EQUAL(cursor(0), 0x0100);
    CHECK(!machine.screen.bell);
    machine_print("\a");
    CHECK(machine.screen.bell);
    CHECK_EQUAL(cursor(0), 0x0100);
    machine_print("\t");
    CHECK_EQUAL(machine_cell(0, 1, 0), 0x0709);
    CHECK_EQUAL(cursor(0), 0x0101);
}

TEST(a_teletype_wraps_and_scrolls)
{
    machine_begin(false);
    machine_poke(0, 0, "out", 0x07);
    machine_poke(1, 0, "up", 0x07);
    set_cursor(0, 24, 78);
    machine_poke(24, 0, " ", 0x5f);
    machine_print("xy");
    CHECK_EQUAL(cursor(0), 0x1800);
    CHECK_EQUAL(machine_cell(0, 23, 78), 0x0700 | 'x');
    CHECK_EQUAL(machine_cell(0, 23, 79), 0x0700 | 'y');
    CHECK_EQUAL(machine_cell(0, 0, 0), 0x0700 | 'u');
    for (unsigned column = 0; column < 80; column++)
        CHECK_EQUAL(machine_cell(0, 24, column), 0x5f20);
    set_cursor(0, 24, 3);
    machine_print("\n");
    CHECK_EQUAL(cursor(0), 0x1803);
    CHECK_EQUAL(machine_cell(0, 24, 79), 0x5f20);
    CHECK_EQUAL(machine_cell(0, 22, 78), 0x0700 | 'x');
}

TEST(a_teletype_writes_to_the_active_page)
{
    machine_begin(false);
    machine_call(0x0502, 0, 0, 0);
    set_cursor(2, 24, 0);
    machine_call(0x0e41, 0x0507, 0, 0);
    CHECK_EQUAL(machine_cell(2, 24, 0), 0x0741);
    CHECK_EQUAL(machine_cell(5, 0, 0), 0x0720);
    machine_poke(0, 0, "x", 0x07);
    machine_print("\n");
    CHECK_EQUAL(machine_cell(2, 23, 0), 0x0741);
    CHECK_EQUAL(machine_cell(2, 0, 0), 0x0720);
    CHECK_EQUAL(cursor(2), 0x1801);
}

TEST(a_teletype_scrolls_at_the_last_of_43_rows)
{
    machine_begin(false);
    machine_call(0x1201, 0x0030, 0, 0);
    machine_call(0x0003, 0, 0, 0);
    machine_call(0x1112, 0, 0, 0);
    set_cursor(0, 41, 0);
    machine_print("a\n");
    CHECK_EQUAL(cursor(0), 0x2a01);
    CHECK_EQUAL(machine_cell(0, 41, 0), 0x0700 | 'a');
    machine_print("\n");
    CHECK_EQUAL(cursor(0), 0x2a01);
    CHECK_EQUAL(machine_cell(0, 40, 0), 0x0700 | 'a');
}

/**** 13h ****/

static void write_string(unsigned al, unsigned page, unsigned attribute, const char *string,
                         unsigned count, unsigned row, unsigned column)
{
    memcpy(machine.screen.low + MACHINE_SEGMENT * 16 + 0x10, string, count);
    machine.registers.es = MACHINE_SEGMENT;
    machine.registers.bp = 0x10;
    machine_call((uint16_t)(0x1300 | al), (uint16_t)(page << 8 | attribute),
                 (uint16_t)(al & 2 ? count / 2 : count), (uint16_t)(row << 8 | column));
}

TEST(a_string_is_written_in_four_ways)
{
    for (unsigned al = 0; al < 4; al++) {
        test_note("AL=%u", al);
        machine_begin(false);
        set_cursor(1, 2, 2);
        if (al & 2)
            write_string(al, 1, 0x33,
                         "a\x1e"
                         "b\x2f",
                         4, 5, 79);
        else
            write_string(al, 1, 0x33, "ab", 2, 5, 79);
        CHECK_EQUAL(machine_cell(1, 5, 79), (al & 2 ? 0x1e00 : 0x3300) | 'a');
        CHECK_EQUAL(machine_cell(1, 6, 0), (al & 2 ? 0x2f00 : 0x3300) | 'b');
        CHECK_EQUAL(machine_cell(1, 6, 1), 0x0720);
        CHECK_EQUAL(cursor(1), al & 1 ? 0x0601 : 0x0202);
        CHECK_EQUAL(cursor(0), 0);
    }
    machine_begin(false);
    write_string(4, 0, 0x33, "ab", 2, 0, 0);
    write_string(0, 8, 0x33, "ab", 2, 0, 0);
    CHECK_EQUAL(machine_cell(0, 0, 0), 0x0720);
}

TEST(a_string_obeys_control_characters_and_scrolls)
{
    machine_begin(false);
    write_string(1, 0, 0x07, "one\r\ntwo\bX\a\r\nend", 16, 23, 0);
    CHECK_EQUAL(machine_cell(0, 22, 0), 0x0700 | 'o');
    CHECK_EQUAL(machine_cell(0, 23, 2), 0x0700 | 'X');
    CHECK_EQUAL(machine_cell(0, 24, 2), 0x0700 | 'd');
    CHECK_EQUAL(cursor(0), 0x1803);
    CHECK(machine.screen.bell);
}

TEST(a_string_goes_on_at_the_beginning_of_its_segment)
{
    machine_begin(false);
    machine.screen.low[MACHINE_SEGMENT * 16 + 0xffff] = 'p';
    machine.screen.low[MACHINE_SEGMENT * 16] = 'q';
    machine.registers.es = MACHINE_SEGMENT;
    machine.registers.bp = 0xffff;
    machine_call(0x1300, 0x0007, 2, 0);
    CHECK_EQUAL(machine_cell(0, 0, 0), 0x0700 | 'p');
    CHECK_EQUAL(machine_cell(0, 0, 1), 0x0700 | 'q');
}
