/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A terminal: it interprets what it receives as a VT100 with ANSI colours does, in UTF-8, and holds
 * what it shows. Anything that it does not know fails the test.
 */
#ifndef EMULATOR_H
#define EMULATOR_H

#include <stdbool.h>
#include <stdint.h>

#define EMULATOR_COLUMNS_MAX 132
#define EMULATOR_ROWS_MAX    60

/** The colour that a terminal has without being told, in front and behind. */
#define EMULATOR_DEFAULT 255

struct emulator_look {
    uint8_t front, back; /* ANSI's numbers, 8 to 15 are bright; or EMULATOR_DEFAULT */
    bool blink, underline;
};

struct emulator_cell {
    uint32_t character; /* Unicode */
    struct emulator_look look;
};

struct emulator {
    int columns, rows;
    bool erases_with_background; /* in the colour in force; else in the default colour */
    bool bright_is_bold;         /* a bright colour makes all later ones bright, until a reset */
    struct emulator_cell cells[EMULATOR_ROWS_MAX][EMULATOR_COLUMNS_MAX];
    int row, column;
    bool at_end; /* the last column has been written: the next character goes to the next row */
    bool cursor_shown;
    int top, bottom; /* margins: rows, both inside */
    struct emulator_look look;
    unsigned beeps;
    /* Rows that have left at the top: their number, and the text of the last one, up to its last
     * character that is no space. */
    unsigned history;
    char history_text[EMULATOR_COLUMNS_MAX * 3 + 1];
    /* A sequence or a character that is not complete. */
    char sequence[32];
    int length;
    uint32_t character;
    int more;
};

/** A terminal of this size that shows garbage, with odd attributes, margins and place. */
void emulator_begin(struct emulator *terminal, int columns, int rows);

/** Receive @count bytes. */
void emulator_receive(struct emulator *terminal, const uint8_t *bytes, uint32_t count);

/** Check that no sequence or character is incomplete. */
void emulator_check_whole(const struct emulator *terminal);

/** Check that the whole terminal scrolls: no margins are set. */
void emulator_check_margins_unset(const struct emulator *terminal);

/** Check that the next character would have no attributes. */
void emulator_check_attributes_reset(const struct emulator *terminal);

#endif
