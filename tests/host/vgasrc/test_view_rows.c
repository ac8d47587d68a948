/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A terminal that has fewer rows than the screen: only its last row may be wrong. */
#include "machine.h"
#include "test.h"

static void check_rows(unsigned rows)
{
    for (unsigned row = 0; row < rows; row++) {
        test_note("row %u", row);
        CHECK_EQUAL(machine.terminal.cells[row][0].character, 'a' + row);
    }
}

TEST(a_terminal_of_24_rows_shows_23_rows_where_they_are)
{
    machine_begin(false);
    emulator_begin(&machine.terminal, 80, 24);
    for (unsigned row = 0; row < 25; row++) {
        char text[] = {(char)('a' + row), 0};

        machine_poke(row, 0, text, 7);
    }
    machine_show(4096);
    check_rows(23);
}
