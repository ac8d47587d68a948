/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The view: what a terminal shows of a page, and how many bytes that takes. */
#include "machine.h"

#include "test.h"

#include <string.h>

/* Show the screen, and check each byte that this sends. */
#define CHECK_SENDS(expected)                                                                      \
    do {                                                                                           \
        CHECK_EQUAL(machine_show(4096), sizeof(expected) - 1);                                     \
        CHECK(memcmp(machine_sent, expected, sizeof(expected) - 1) == 0);                          \
        machine_check_shown();                                                                     \
    } while (0)

/* A guest whose blank screen is on the terminal, with the cursor in this place. */
static void begin_at(unsigned row, unsigned column)
{
    machine_begin(false);
    machine_call(0x0200, 0, 0, (uint16_t)(row << 8 | column));
    machine_show(4096);
}

/**** What it shows ****/

TEST(all_characters_are_shown_as_pictures)
{
    machine_begin(false);
    for (unsigned i = 0; i < 256; i++)
        machine_write16(0xb8000 + 2 * i, (uint16_t)(0x1e00 | i));
    machine_show(4096);
    machine_check_shown();
    CHECK_EQUAL(machine.terminal.cells[0][1].character, 0x263a);
    CHECK_EQUAL(machine.terminal.cells[2][219 - 160].character, 0x2588);
}

TEST(all_attributes_are_shown)
{
    for (unsigned kind = 0; kind < 3; kind++) {
        machine_begin(true);
        machine_call(kind == 2 ? 0x0007 : 0x0003, 0, 0, 0);
        if (kind == 1)
            machine_call(0x1003, 0, 0, 0);
        for (unsigned i = 0; i < 256; i++) {
            uint32_t window = kind == 2 ? 0xb0000 : 0xb8000;

            machine_write16(window + 2 * i, (uint16_t)(i << 8 | 'x'));
            /* Each one after each other one, and blanks between. */
            machine_write16(window + 1600 + 4 * i, (uint16_t)(i * 0x4700 | (i & 2 ? ' ' : 'x')));
            machine_write16(window + 1602 + 4 * i, (uint16_t)(i * 0x1b00));
        }
        machine_show(4096);
        machine_check_shown();
    }
}

TEST(all_sizes_and_pages_are_shown)
{
    static const uint16_t fonts[] = {0x1111, 0x1112, 0x1114};

    for (unsigned i = 0; i < 36; i++) {
        test_note("case %u", i);
        machine_begin(false);
        machine_call(0x1200 | (i / 3 % 2 + 1), 0x0030, 0, 0);
        machine_call(i / 6 % 2 ? 0x0001 : 0x0003, 0, 0, 0);
        machine_call(fonts[i % 3], 0, 0, 0);
        emulator_begin(&machine.terminal, machine_read16(0x44a), machine_read8(0x484) + 1);
        machine_call((uint16_t)(0x0500 | i / 12), 0, 0, 0);
        for (unsigned cell = 0; cell < 0x4000; cell++)
            machine_write16(0xb8000 + 2 * cell, (uint16_t)(cell * 7919 + i));
        machine_call(0x0200, (uint16_t)(i / 12 << 8), 0,
                     (uint16_t)(machine_read8(0x484) << 8 | (machine_read16(0x44a) - 1)));
        machine_show(4096);
        machine_check_shown();
        machine_call(0x0500, 0, 0, 0);
        machine_show(4096);
        machine_check_shown();
    }
}

TEST(a_page_goes_on_at_the_beginning_of_the_window)
{
    machine_begin(false);
    for (unsigned cell = 0; cell < 0x4000; cell++)
        machine_write16(0xb8000 + 2 * cell, (uint16_t)(0x0700 | ('!' + cell % 90)));
    machine_write16(0x44e, 0x7fff);
    machine_show(4096);
    machine_check_shown();
}

TEST(the_cursor_is_shown_where_it_is_and_hidden_by_shape_or_place)
{
    static const struct {
        uint16_t shape, place;
        bool shown;
    } cases[] = {{0x0607, 0x0302, true},  {0x2607, 0x0302, false}, {0x2000, 0x0302, false},
                 {0x0706, 0x0302, false}, {0x0000, 0x184f, true},  {0x0007, 0x1900, false},
                 {0x0007, 0x0050, false}, {0x0007, 0x0000, true}};

    machine_begin(false);
    for (unsigned i = 0; i < 8; i++) {
        test_note("case %u", i);
        machine_call(0x0100, 0, cases[i].shape, 0);
        machine_call(0x0200, 0, 0, cases[i].place);
        machine_show(4096);
        machine_check_shown();
        CHECK_EQUAL(machine.terminal.cursor_shown, cases[i].shown);
    }
}

TEST(a_terminal_may_be_larger_and_may_erase_with_the_background)
{
    for (unsigned i = 0; i < 2; i++) {
        machine_begin(false);
        emulator_begin(&machine.terminal, 132, 60);
        machine.terminal.erases_with_background = i;
        for (unsigned line = 0; line < 60; line++) {
            machine_call(0x0920, 0x004e, 20, 0);
            machine_print("text on another ground\r\n");
            machine_show(4096);
            machine_check_shown();
        }
        machine_call(0x0600, 0x1e00, 0, 0x184f);
        machine_show(4096);
        machine_call(0x0600, 0x0700, 0, 0x184f);
        machine_show(4096);
        machine_check_shown();
    }
}

TEST(a_damaged_picture_is_drawn_again_on_request)
{
    begin_at(2, 2);
    machine_poke(5, 5, "text", 0x4e);
    machine_show(4096);
    emulator_begin(&machine.terminal, 80, 25);
    view_redraw(&machine.view);
    machine_show(4096);
    machine_check_shown();
}

TEST(a_beep_is_sent_once)
{
    begin_at(0, 0);
    machine_print("\a\a");
    CHECK_SENDS("\a");
    CHECK_SENDS("");
    CHECK_EQUAL(machine.terminal.beeps, 1);
}

/**** What it costs ****/

TEST(a_screen_that_has_not_changed_costs_nothing)
{
    begin_at(3, 3);
    CHECK_SENDS("");
    machine_call(0x0501, 0, 0, 0);
    machine_call(0x0200, 0x0100, 0, 0x0303);
    CHECK_SENDS(""); /* another page that looks the same */
    machine_write16(0xb9000, 0x07ff);
    machine_write16(0xb9002, 0x0700);
    CHECK_SENDS(""); /* other characters that do */
}

TEST(a_blank_screen_costs_19_bytes)
{
    machine_begin(false);
    CHECK_SENDS("\033[m\033[r\033[2J\033[H\033[?25h");
}

TEST(a_full_screen_costs_a_byte_for_each_cell_and_2_for_each_row)
{
    machine_begin(false);
    for (unsigned i = 0; i < 2000; i++)
        machine_write16(0xb8000 + 2 * i, (uint16_t)(0x0700 | ('!' + i % 90)));
    /* Clear; home; 25 rows, CR and LF before each but the last, which has its place; the cursor
     * back home, and shown. */
    CHECK_EQUAL(machine_show(4096), 10 + 3 + 25 * 80 + 23 * 2 + 5 + 3 + 6);
    machine_check_shown();
}

TEST(a_character_that_is_typed_costs_a_byte)
{
    begin_at(4, 7);
    machine_print("x");
    CHECK_SENDS("x");
    machine_print("\xc4"); /* a line, which has 3 bytes in UTF-8 */
    CHECK_SENDS("\xe2\x94\x80");
    machine_print("\b \b");
    CHECK_SENDS("\b \b");
}

TEST(a_character_typed_in_colour_costs_its_attributes_and_a_reset)
{
    begin_at(4, 7);
    machine_poke(4, 7, "x", 0x1f);
    machine_call(0x0200, 0, 0, 0x0408);
    CHECK_SENDS("\033[97;44mx\033[m");
    machine_poke(4, 8, "x", 0x08);
    machine_call(0x0200, 0, 0, 0x0409);
    CHECK_SENDS("\033[90;40mx\033[m");
}

TEST(a_character_elsewhere_costs_two_moves)
{
    begin_at(4, 7);
    machine_poke(20, 39, "x", 0x07);
    CHECK_SENDS("\033[21;40Hx\033[5;8H");
    machine_poke(4, 20, "x", 0x07);
    CHECK_SENDS("\033[13Cx\033[14D");
    machine_poke(0, 0, "x", 0x07);
    CHECK_SENDS("\033[Hx\033[5;8H");
}

TEST(a_gap_of_a_few_cells_in_the_same_colours_is_drawn_again)
{
    begin_at(4, 7);
    machine_print("ab cd  ef   gh    ij     kl");
    CHECK_SENDS("ab cd  ef   gh    ij\033[5Ckl");
    machine_print("\r\n");
    machine_poke(5, 0, "\xc4 \xc4 x", 0x07);
    CHECK_SENDS("\r\n\xe2\x94\x80 \xe2\x94\x80 x\r");
    machine_poke(5, 0, "!", 0x07);
    machine_poke(5, 3, "!", 0x07); /* a line is in the gap */
    CHECK_SENDS("!\033[2C!\r");
    machine_poke(5, 1, "  ", 0x1e);
    CHECK_SENDS("!\033[93;44m  \033[m\r");
    machine_poke(5, 0, "?", 0x07);
    machine_poke(5, 3, "?", 0x07); /* a colour is in the gap */
    CHECK_SENDS("?\033[2C?\r");
}

TEST(moves_take_the_shortest_way)
{
    static const struct {
        uint16_t from, to;
        const char *bytes;
    } cases[] = {
        {0x0500, 0x0600, "\n"},          {0x0505, 0x0500, "\r"},
        {0x0505, 0x0700, "\r\n\n"},      {0x0505, 0x0504, "\b"},
        {0x0505, 0x0502, "\b\b\b"},      {0x0509, 0x0504, "\033[5D"},
        {0x0509, 0x0501, "\033[8D"},     {0x0505, 0x0506, "\033[C"},
        {0x0505, 0x0515, "\033[16C"},    {0x0505, 0x0405, "\033[A"},
        {0x0505, 0x0605, "\033[B"},      {0x1005, 0x0505, "\033[11A"},
        {0x0505, 0x0707, "\033[8;8H"},   {0x0505, 0x0000, "\033[H"},
        {0x0505, 0x0004, "\033[;5H"},    {0x0500, 0x1800, "\033[25H"},
        {0x0505, 0x184f, "\033[25;80H"}, {0x0003, 0x0000, "\r"},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("case %u", i);
        begin_at(cases[i].from >> 8, cases[i].from & 0xff);
        machine_call(0x0200, 0, 0, cases[i].to);
        CHECK_EQUAL(machine_show(4096), strlen(cases[i].bytes));
        CHECK(strcmp(machine_sent, cases[i].bytes) == 0);
        machine_check_shown();
    }
}

TEST(attributes_are_sent_once_for_a_run_and_only_what_changes)
{
    begin_at(0, 0);
    machine_call(0x0100, 0, 0x2000, 0);
    machine_poke(0, 0, "AB", 0x1e);
    machine_poke(0, 2, "CD", 0x1f);
    machine_poke(0, 4, "E F", 0x4f);
    machine_poke(0, 7, "G", 0xcf);
    machine_poke(0, 8, "H", 0x4f);
    machine_poke(0, 9, "I", 0x07);
    CHECK_SENDS("\033[93;44mAB\033[97mCD\033[41mE F\033[5mG\033[0;97;41mH\033[mI\033[?25l");
}

TEST(bright_backgrounds_and_underlined_text_are_sent_if_they_are_shown)
{
    begin_at(0, 0);
    machine_call(0x0100, 0, 0x2000, 0);
    machine_call(0x1003, 0, 0, 0);
    machine_poke(0, 0, "A", 0x9e);
    CHECK_SENDS("\033[m\033[r\033[2J\033[H\033[93;104mA\033[m\033[?25l");
    machine_begin(true);
    machine_call(0x0007, 0, 0, 0);
    machine_call(0x0100, 0, 0x2000, 0);
    machine_write16(0xb0000, 0x8100 | 'A');
    machine_write16(0xb0002, 0x7000 | 'B');
    CHECK_SENDS("\033[m\033[r\033[2J\033[H\033[37;40;5;4mA\033[0;30;47mB\033[m\033[?25l");
}

TEST(blanks_are_drawn_with_any_colour_in_front)
{
    begin_at(0, 0);
    machine_call(0x0100, 0, 0x2000, 0);
    machine_poke(0, 0, "A", 0x1e);
    machine_poke(0, 1, " ", 0x13);
    machine_poke(0, 2, "B", 0x1e);
    CHECK_SENDS("\033[93;44mA B\033[m\033[?25l");
    machine_poke(0, 1, " ", 0x1f);
    CHECK_SENDS("");
}

TEST(the_rest_of_a_row_is_erased)
{
    begin_at(3, 0);
    machine_print("12345678");
    machine_show(4096);
    machine_call(0x0200, 0, 0, 0x0300);
    machine_call(0x0a20, 0, 80, 0);
    CHECK_SENDS("\r\033[K");
    machine_print("123");
    machine_show(4096);
    machine_call(0x0200, 0, 0, 0x0300);
    machine_call(0x0a20, 0, 80, 0);
    CHECK_SENDS("\r   \r");
}

/**** Scrolling ****/

/* Print 25 lines, of which the last is not ended, and show them. */
static void fill_screen(void)
{
    char line[40] = "line A, which is as long as the others";

    begin_at(0, 0);
    for (line[5] = 'A'; line[5] < 'A' + 25; line[5]++) {
        machine_print(line[5] == 'A' ? "" : "\r\n");
        machine_print(line);
    }
    machine_show(4096);
    machine_check_shown();
}

TEST(a_line_that_scrolls_in_costs_its_bytes_and_21)
{
    fill_screen();
    machine_print("\r\nnew");
    CHECK_SENDS("\033[1;25r\033[25H\n\033[r\033[25Hnew");
    CHECK_EQUAL(machine.terminal.history, 1);
    CHECK(strcmp(machine.terminal.history_text, "line A, which is as long as the others") == 0);
    machine_print("\r\nnewer\r\nnewest");
    CHECK_SENDS("\033[1;25r\033[25H\n\n\033[r\033[24Hnewer\033[25Hnewest");
}

TEST(what_scrolls_out_goes_to_the_history_of_the_terminal)
{
    fill_screen();
    for (unsigned i = 0; i < 20; i++) {
        machine_print("\r\nanother line");
        if (i % 3 == 0)
            machine_show(4096);
    }
    machine_show(4096);
    machine_check_shown();
    CHECK_EQUAL(machine.terminal.history, 20);
    CHECK(strncmp(machine.terminal.history_text, "line T,", 7) == 0);
}

TEST(a_screen_scrolled_by_the_program_itself_scrolls)
{
    fill_screen();
    memmove(machine.screen.low + 0xb8000, machine.screen.low + 0xb8000 + 3 * 160, 22 * 160);
    for (unsigned i = 22 * 80; i < 25 * 80; i++)
        machine_write16(0xb8000 + 2 * i, 0x1f20);
    machine_show(4096);
    machine_check_shown();
    CHECK_EQUAL(machine.terminal.history, 3);
}

TEST(a_page_that_is_replaced_does_not_scroll)
{
    fill_screen();
    for (unsigned i = 0; i < 2000; i++)
        machine_write16(0xb8000 + 2 * i, (uint16_t)(0x1700 | ('a' + i % 23)));
    machine_show(4096);
    machine_check_shown();
    CHECK_EQUAL(machine.terminal.history, 0);
}

TEST(a_screen_that_is_cleared_scrolls_out)
{
    fill_screen();
    machine_call(0x0003, 0, 0, 0);
    CHECK_SENDS("\033[1;25r\033[25H\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\033[r\033[H");
    CHECK_EQUAL(machine.terminal.history, 25);
    CHECK(strncmp(machine.terminal.history_text, "line Y,", 7) == 0);
}

/**** Small buffers, and the end ****/

TEST(a_small_buffer_takes_more_updates_for_the_same_screen)
{
    static const uint32_t sizes[] = {
        37, 1365, 151, 50, 26, VIEW_UPDATE_BYTES + 1, VIEW_UPDATE_BYTES};

    for (unsigned i = 0; i < test_share(sizeof(sizes) / sizeof(sizes[0])); i++) {
        uint32_t size = sizes[i];

        test_note("buffers of %u bytes", size);
        fill_screen();
        machine_poke(10, 10, "\x01\xdb\xb0 mixed", 0x8e);
        view_redraw(&machine.view);
        machine_show(size);
        machine_check_shown();
    }
}

TEST(a_buffer_that_is_too_small_gets_nothing)
{
    machine_begin(false);
    for (uint32_t size = 1; size < VIEW_UPDATE_BYTES; size++)
        CHECK_EQUAL(machine_update(size), 0);
    CHECK_EQUAL(machine_update(VIEW_UPDATE_BYTES), 19);
}

TEST(the_newest_screen_is_shown_when_the_buffer_is_small)
{
    fill_screen();
    for (unsigned i = 0; i < 2000; i++)
        machine_write16(0xb8000 + 2 * i, 0x0700 | 'o');
    machine_update(100);
    for (unsigned i = 0; i < 2000; i++)
        machine_write16(0xb8000 + 2 * i, 0x0700 | 'n');
    for (unsigned i = 0; i < 25; i++)
        machine_update(100);
    machine_check_shown();
}

TEST(rows_that_always_change_do_not_keep_the_others_from_being_drawn)
{
    unsigned i;

    begin_at(0, 0);
    machine_poke(24, 0, "last", 0x07);
    for (i = 0; machine.terminal.cells[24][3].character != 't'; i++) {
        CHECK(i < 100);
        for (unsigned cell = 0; cell < 160; cell++)
            machine_write16(0xb8000 + 2 * cell, (uint16_t)(0x0700 | ('a' + (cell + i) % 26)));
        machine_update(60);
    }
}

TEST(a_scroll_that_the_buffer_cuts_leaves_no_margins)
{
    static const uint32_t sizes[] = {28, VIEW_UPDATE_BYTES, 23, 27, 29};

    for (unsigned i = 0; i < test_share(sizeof(sizes) / sizeof(sizes[0])); i++) {
        uint32_t size = sizes[i];

        test_note("buffers of %u bytes", size);
        fill_screen();
        machine_print("\r\n\n\n\n\n\n\n\n\n\nten more lines");
        CHECK(machine_update(size) > 15);
        CHECK_EQUAL(machine.terminal.history, size - 18 < 10 ? size - 18 : 10);
        machine_show(size);
        machine_check_shown();
        CHECK_EQUAL(machine.terminal.history, 10);
    }
}

TEST(an_update_that_the_buffer_cuts_ends_with_a_reset)
{
    begin_at(5, 5);
    machine_poke(5, 5, "a text in colour", 0x1e);
    CHECK_EQUAL(machine_update(VIEW_UPDATE_BYTES), VIEW_UPDATE_BYTES);
    CHECK(strcmp(machine_sent, "\033[93;44ma text in c\033[m") == 0);
    CHECK_SENDS("\033[93;44molour\033[m\033[16D");
}

TEST(the_terminal_is_left_below_the_text)
{
    static const struct {
        unsigned row;
        const char *bytes;
        unsigned history;
    } cases[] = {{0, "\033[m\033[r\033[H\r\n\033[?25h", 0},
                 {6, "\033[m\033[r\033[7H\r\n\033[?25h", 0},
                 {24, "\033[m\033[r\033[25H\r\n\033[?25h", 1}};

    for (unsigned i = 0; i < 3; i++) {
        uint8_t bytes[VIEW_LEAVE_BYTES];

        test_note("case %u", i);
        machine_begin(false);
        machine_poke(cases[i].row, 79, cases[i].row == 6 ? " " : "x", 0x4e);
        machine_call(0x0100, 0, 0x2000, 0);
        machine_show(4096);
        uint32_t count = view_leave(&machine.view, bytes);
        CHECK_EQUAL(count, strlen(cases[i].bytes));
        CHECK(memcmp(bytes, cases[i].bytes, count) == 0);
        emulator_receive(&machine.terminal, bytes, count);
        CHECK(machine.terminal.cursor_shown);
        CHECK_EQUAL(machine.terminal.row, cases[i].row == 24 ? 24 : cases[i].row + 1);
        CHECK_EQUAL(machine.terminal.column, 0);
        CHECK_EQUAL(machine.terminal.history, cases[i].history);
        CHECK_EQUAL(machine.terminal.look.back, EMULATOR_DEFAULT);
        CHECK_EQUAL(machine.terminal.bottom, 24);
        CHECK_EQUAL(view_leave(&machine.view, bytes), 0);
        machine_show(4096);
        machine_check_shown();
    }
}

TEST(a_larger_terminal_is_left_below_the_text)
{
    uint8_t bytes[VIEW_LEAVE_BYTES];

    fill_screen();
    emulator_begin(&machine.terminal, 100, 40);
    view_redraw(&machine.view);
    machine_show(4096);
    emulator_receive(&machine.terminal, bytes, view_leave(&machine.view, bytes));
    CHECK_EQUAL(machine.terminal.row, 25);
    CHECK_EQUAL(machine.terminal.bottom, 39);
    CHECK_EQUAL(machine.terminal.history, 0);
}
