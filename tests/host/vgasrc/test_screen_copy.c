/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The copy of a VGA's page: what it reads, and what the view shows of it. */
#include "machine.h"

#include "test.h"

#include <string.h>

#define POISON 0xa5u

/* Fill the windows, each cell with another value than those near it. */
static void fill_windows(void)
{
    for (uint32_t place = 0xb0000; place < 0xc0000; place += 2)
        machine_write16(place, (uint16_t)(place * 40503u >> 1));
}

static void set_page(uint32_t columns, uint32_t rows, uint32_t start)
{
    machine_write16(0x44a, (uint16_t)columns);
    machine.screen.low[0x484] = (uint8_t)(rows - 1);
    machine_write16(0x44e, (uint16_t)start);
}

/* Copy the page. Check each cell, how many words were read, and that no others were written. */
static void check_copy(uint32_t columns, uint32_t rows, uint32_t start)
{
    uint32_t window = machine_read8(0x449) == 7 ? 0xb0000 : 0xb8000, cells = columns * rows;
    uint32_t begin = start & 0x7ffc, end = (start & 0x7ffe) + 2 * cells;
    uint32_t words = (end - begin + 3) / 4, before_end = (0x8000 - begin) / 4;
    const uint8_t *copied = (const uint8_t *)machine.copy.words;

    test_note("%u by %u at %04x", columns, rows, start);
    memset(machine.copy.words, POISON, sizeof(machine.copy.words));
    CHECK(machine_copy());
    CHECK_EQUAL(machine.copy.columns, columns);
    CHECK_EQUAL(machine.copy.rows, rows);
    CHECK_EQUAL(machine.copy.read[0], words < before_end ? words : before_end);
    CHECK_EQUAL(machine.copy.read[1], words < before_end ? 0 : words - before_end);
    for (uint32_t i = 0; i < cells; i++) {
        const uint8_t *cell = copied + machine.copy.offset + 2 * (size_t)i;

        CHECK_EQUAL(cell[0] | cell[1] << 8,
                    machine_read16(window + (start + 2 * i) % 0x8000 / 2 * 2));
    }
    for (uint32_t i = 4 * words; i < sizeof(machine.copy.words); i++)
        CHECK_EQUAL(copied[i], POISON);
}

/**** What it reads ****/

TEST(a_page_of_80_by_25_is_read_by_one_instruction_of_1000_words)
{
    machine_begin_with_vga();
    fill_windows();
    check_copy(80, 25, 0);
    CHECK_EQUAL(machine.copy.read[0], 1000);
    CHECK_EQUAL(machine.copy.read[1], 0);
    set_page(80, 25, 0x1000);
    check_copy(80, 25, 0x1000);
    CHECK_EQUAL(machine.copy.read[0], 1000);
}

TEST(a_page_that_goes_on_at_the_beginning_of_the_window_is_read_by_two)
{
    machine_begin_with_vga();
    fill_windows();
    set_page(80, 25, 0x7ffe);
    check_copy(80, 25, 0x7ffe);
    CHECK_EQUAL(machine.copy.read[0], 1);
    CHECK_EQUAL(machine.copy.read[1], 1000);
    set_page(80, 25, 0x8000 - 4000);
    check_copy(80, 25, 0x8000 - 4000);
    CHECK_EQUAL(machine.copy.read[0], 1000);
    CHECK_EQUAL(machine.copy.read[1], 0);
}

TEST(pages_of_all_sizes_are_copied_from_anywhere)
{
    static const uint8_t columns[] = {1, 40, 79, 80}, rows[] = {2, 12, 25, 43, 50};

    machine_begin_with_vga();
    fill_windows();
    for (uint32_t start = 0; start < 0x10000; start += start % 0x8000 < 0x7fe0 ? 1621 : 1)
        for (unsigned size = 0; size < 20; size++) {
            set_page(columns[size % 4], rows[size / 4], start);
            check_copy(columns[size % 4], rows[size / 4], start);
        }
}

TEST(the_largest_page_fits_the_copy)
{
    machine_begin_with_vga();
    fill_windows();
    set_page(80, 50, 2);
    check_copy(80, 50, 2);
    CHECK_EQUAL(machine.copy.read[0], SCREEN_COPY_WORDS);
}

TEST(mode_7_is_copied_from_its_own_window)
{
    machine_begin_with_vga();
    fill_windows();
    machine.screen.low[0x449] = 7;
    check_copy(80, 25, 0);
    CHECK(machine.copy.is_mono);
}

/* machine_copy forbids reads of the windows in all other modes. */
TEST(only_modes_of_text_are_copied)
{
    machine_begin_with_vga();
    for (unsigned mode = 0; mode < 256; mode++) {
        test_note("mode %02x", mode);
        machine.screen.low[0x449] = (uint8_t)mode;
        machine.screen.has_mono = true;
        CHECK_EQUAL(machine_copy(), mode <= 3 || mode == 7);
        CHECK_EQUAL(machine.copy.read[0], machine.copy.is_text ? 1000 : 0);
        machine.screen.has_mono = false;
        CHECK_EQUAL(machine_copy(), mode <= 3);
    }
}

TEST(larger_pages_than_the_view_knows_are_not_copied)
{
    static const uint16_t sizes[][2] = {{81, 25}, {132, 25},    {132, 43}, {80, 51},
                                        {80, 60}, {0xffff, 25}, {80, 256}, {336, 25}};

    machine_begin_with_vga();
    for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        test_note("%u by %u", sizes[i][0], sizes[i][1]);
        set_page(sizes[i][0], sizes[i][1], 0);
        CHECK(!machine_copy());
        CHECK_EQUAL(machine_update(4096), 0);
    }
}

TEST(no_columns_or_rows_count_as_80_by_25)
{
    machine_begin_with_vga();
    fill_windows();
    set_page(0, 1, 0);
    check_copy(80, 25, 0);
}

/**** What the view shows of it ****/

/* Text, colours, scrolling, another page, another size, and a place that wraps. */
static void play(void (*shown)(void))
{
    fill_windows();
    shown();
    machine_call(0x0003, 0, 0, 0);
    machine_print("some text\r\nand a line\r\n");
    machine_poke(7, 11, "in colour", 0x1e);
    shown();
    for (unsigned i = 0; i < 25; i++)
        machine_print("line that scrolls\r\n");
    shown();
    machine_call(0x0502, 0, 0, 0);
    shown();
    machine_call(0x1112, 0, 0, 0);
    machine_poke(41, 3, "many rows", 0x4f);
    shown();
    machine_write16(0x44e, 0x7c3e);
    shown();
    machine_call(0x0001, 0, 0, 0);
    machine_print("few columns");
    shown();
    machine_call(0x0007, 0, 0, 0);
    machine_print("mode 7");
    shown();
}

static char sent[1 << 17];
static uint32_t sent_bytes, compared_bytes;

static void keep_sent(void)
{
    uint32_t count = machine_show(4096);

    machine_check_shown();
    CHECK(sent_bytes + count <= sizeof(sent));
    memcpy(sent + sent_bytes, machine_sent, count);
    sent_bytes += count;
}

static void compare_sent(void)
{
    uint32_t count = machine_show(4096);

    machine_check_shown();
    CHECK(compared_bytes + count <= sent_bytes);
    CHECK(memcmp(sent + compared_bytes, machine_sent, count) == 0);
    compared_bytes += count;
}

TEST(the_view_sends_the_same_of_a_copy_as_of_the_window)
{
    machine_begin(true);
    emulator_begin(&machine.terminal, 80, 50);
    play(keep_sent);
    machine_begin_with_vga();
    emulator_begin(&machine.terminal, 80, 50);
    play(compare_sent);
    CHECK_EQUAL(compared_bytes, sent_bytes);
}

TEST(a_copy_blinks_whatever_the_bios_data_area_says)
{
    machine_begin_with_vga();
    machine.screen.low[0x465] = 0; /* as SeaBIOS' VGA BIOS leaves it */
    machine_poke(3, 3, "blinks", 0x9f);
    machine_show(4096);
    machine_check_shown();
    CHECK(machine.terminal.cells[3][3].look.blink);
}

TEST(the_terminal_keeps_its_text_while_the_vga_is_in_a_graphics_mode)
{
    machine_begin_with_vga();
    machine_print("before");
    machine_show(4096);
    machine.screen.low[0x449] = 0x12;
    fill_windows();
    machine_write16(0x450, 0x0a0a);
    CHECK_EQUAL(machine_show(4096), 0);
    CHECK_EQUAL(machine.terminal.cells[0][5].character, 'e');
    CHECK_EQUAL(machine.terminal.row, 0);
    machine_call(0x0003, 0, 0, 0);
    machine_print("befall");
    CHECK_EQUAL(machine_show(4096), 6);
    CHECK(memcmp(machine_sent, "\b\b\ball", 6) == 0);
    machine_check_shown();
}

TEST(a_terminal_that_connects_in_a_graphics_mode_is_drawn_with_the_next_text)
{
    machine_begin_with_vga();
    machine_print("before");
    machine_show(4096);
    machine.screen.low[0x449] = 0x13;
    emulator_begin(&machine.terminal, 80, 25);
    view_redraw(&machine.view);
    CHECK_EQUAL(machine_show(4096), 0);
    machine.screen.low[0x449] = 3;
    machine_show(4096);
    machine_check_shown();
    CHECK_EQUAL(machine.terminal.cells[0][5].character, 'e');
}

TEST(a_copy_is_shown_in_the_size_that_it_was_copied_in)
{
    uint8_t bytes[8192];

    machine_begin_with_vga();
    for (unsigned i = 0; i < 2000; i++)
        machine_write16(0xb8000 + 2 * i, (uint16_t)(0x0700 | ('!' + i % 90)));
    CHECK(machine_copy());
    set_page(40, 50, 0x1234);
    emulator_receive(&machine.terminal, bytes,
                     view_update(&machine.view, &machine.screen, bytes, sizeof(bytes)));
    set_page(80, 25, 0);
    machine_check_shown();
}

TEST(the_terminal_is_left_below_the_text_of_a_copy)
{
    uint8_t bytes[VIEW_LEAVE_BYTES];

    machine_begin_with_vga();
    machine_print("one\r\ntwo");
    machine_show(4096);
    emulator_receive(&machine.terminal, bytes, view_leave(&machine.view, bytes));
    CHECK_EQUAL(machine.terminal.row, 2);
}
