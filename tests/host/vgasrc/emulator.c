/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "emulator.h"

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct emulator_look plain = {EMULATOR_DEFAULT, EMULATOR_DEFAULT, false, false};

void emulator_begin(struct emulator *terminal, int columns, int rows)
{
    memset(terminal, 0, sizeof(*terminal));
    terminal->columns = columns;
    terminal->rows = rows;
    terminal->look = (struct emulator_look){9, 3, true, true};
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++)
            terminal->cells[row][column] = (struct emulator_cell){'?', terminal->look};
    terminal->top = rows / 3;
    terminal->bottom = rows / 2;
    terminal->row = rows / 2;
    terminal->column = columns / 2;
}

/**** What it does ****/

static void erase(struct emulator *terminal, int row, int from, int to)
{
    struct emulator_look look = plain;

    if (terminal->erases_with_background)
        look.back = terminal->look.back;
    for (int column = from; column < to; column++)
        terminal->cells[row][column] = (struct emulator_cell){' ', look};
}

static void remember_row(struct emulator *terminal, int row)
{
    char *text = terminal->history_text, *end = text;

    terminal->history++;
    for (int column = 0; column < terminal->columns; column++) {
        uint32_t character = terminal->cells[row][column].character;

        *text++ = character < 0x80 ? (char)character : '?';
        if (character != ' ')
            end = text;
    }
    *end = 0;
}

static void line_feed(struct emulator *terminal)
{
    if (terminal->row == terminal->bottom) {
        if (terminal->top == 0)
            remember_row(terminal, 0);
        for (int row = terminal->top; row < terminal->bottom; row++)
            memcpy(terminal->cells[row], terminal->cells[row + 1], sizeof(terminal->cells[row]));
        erase(terminal, terminal->bottom, 0, terminal->columns);
    } else if (terminal->row < terminal->rows - 1) {
        terminal->row++;
    }
}

static void put(struct emulator *terminal, uint32_t character)
{
    if (terminal->at_end) {
        terminal->at_end = false;
        terminal->column = 0;
        line_feed(terminal);
    }
    terminal->cells[terminal->row][terminal->column] =
        (struct emulator_cell){character, terminal->look};
    if (terminal->column == terminal->columns - 1)
        terminal->at_end = true;
    else
        terminal->column++;
}

static int clamp(int value, int low, int high)
{
    if (value < low)
        return low;
    return value > high ? high : value;
}

static void place(struct emulator *terminal, int row, int column)
{
    terminal->row = clamp(row, 0, terminal->rows - 1);
    terminal->column = clamp(column, 0, terminal->columns - 1);
    terminal->at_end = false;
}

/* Up and down stop at the margins. */
static void move_down(struct emulator *terminal, int count)
{
    int low = terminal->row >= terminal->top ? terminal->top : 0;
    int high = terminal->row <= terminal->bottom ? terminal->bottom : terminal->rows - 1;

    place(terminal, clamp(terminal->row + count, low, high), terminal->column);
}

/* What a bright colour before adds to the next. */
static int bold(const struct emulator_look *look)
{
    return look->front == EMULATOR_DEFAULT ? 0 : look->front & 8;
}

static void render(struct emulator *terminal, int code)
{
    struct emulator_look *look = &terminal->look;

    if (code == 0)
        *look = plain;
    else if (code == 4)
        look->underline = true;
    else if (code == 5)
        look->blink = true;
    else if (code >= 30 && code <= 37)
        look->front = (uint8_t)(code - 30 + (terminal->bright_is_bold ? bold(look) : 0));
    else if (code >= 40 && code <= 47)
        look->back = (uint8_t)(code - 40);
    else if (code >= 90 && code <= 97)
        look->front = (uint8_t)(code - 90 + 8);
    else if (code >= 100 && code <= 107)
        look->back = (uint8_t)(code - 100 + 8);
    else
        test_fail(__FILE__, __LINE__, "an attribute that terminals do not agree on");
}

/**** What it receives ****/

#define NUMBERS 8

/* Parse numbers between semicolons; one that is missing is -1. Return: how many there are. */
static int parse(const char *text, int numbers[NUMBERS])
{
    int count = 0;

    for (int i = 0; i < NUMBERS; i++)
        numbers[i] = -1;
    for (;; text++, count++) {
        CHECK(count < NUMBERS);
        if (*text >= '0' && *text <= '9')
            numbers[count] = (int)strtol(text, (char **)&text, 10);
        if (*text != ';')
            break;
    }
    CHECK_EQUAL(*text, 0);
    return count + 1;
}

static void obey_private(struct emulator *terminal, const char *text, char final)
{
    CHECK(strcmp(text, "?25") == 0);
    CHECK(final == 'h' || final == 'l');
    terminal->cursor_shown = final == 'h';
}

static void set_margins(struct emulator *terminal, int top, int bottom)
{
    terminal->top = top < 1 ? 0 : top - 1;
    terminal->bottom = bottom < 1 || bottom > terminal->rows ? terminal->rows - 1 : bottom - 1;
    CHECK(terminal->top < terminal->bottom);
    place(terminal, 0, 0);
}

static void obey(struct emulator *terminal, const char *text, char final)
{
    int numbers[NUMBERS], count;

    if (*text == '?') {
        obey_private(terminal, text, final);
        return;
    }
    count = parse(text, numbers);
    int first = numbers[0] < 1 ? 1 : numbers[0];

    switch (final) {
    case 'A':
        move_down(terminal, -first);
        break;
    case 'B':
        move_down(terminal, first);
        break;
    case 'C':
        place(terminal, terminal->row, terminal->column + first);
        break;
    case 'D':
        place(terminal, terminal->row, terminal->column - first);
        break;
    case 'H':
        place(terminal, first - 1, numbers[1] < 1 ? 0 : numbers[1] - 1);
        break;
    case 'J':
        CHECK_EQUAL(numbers[0], 2);
        for (int row = 0; row < terminal->rows; row++)
            erase(terminal, row, 0, terminal->columns);
        break;
    case 'K':
        CHECK_EQUAL(numbers[0], -1);
        erase(terminal, terminal->row, terminal->column, terminal->columns);
        break;
    case 'm':
        for (int i = 0; i < count; i++)
            render(terminal, numbers[i] < 0 ? 0 : numbers[i]);
        break;
    case 'r':
        set_margins(terminal, numbers[0], numbers[1]);
        break;
    default:
        test_fail(__FILE__, __LINE__, "a sequence that this terminal does not know");
    }
}

static void control(struct emulator *terminal, uint8_t byte)
{
    switch (byte) {
    case '\a':
        terminal->beeps++;
        break;
    case '\b':
        place(terminal, terminal->row, terminal->column - 1);
        break;
    case '\n':
        line_feed(terminal);
        break;
    case '\r':
        place(terminal, terminal->row, 0);
        break;
    case '\033':
        terminal->sequence[0] = '\033';
        terminal->length = 1;
        break;
    default:
        test_fail(__FILE__, __LINE__, "a control character that this terminal does not know");
    }
}

static void receive_sequence(struct emulator *terminal, uint8_t byte)
{
    CHECK(byte >= 0x20 && byte < 0x7f);
    CHECK(terminal->length < (int)sizeof(terminal->sequence) - 1);
    terminal->sequence[terminal->length++] = (char)byte;
    if (terminal->length == 2) {
        CHECK_EQUAL(byte, '[');
        return;
    }
    if (byte >= 0x40) {
        terminal->sequence[terminal->length - 1] = 0;
        terminal->length = 0;
        obey(terminal, terminal->sequence + 2, (char)byte);
    }
}

static void receive_character(struct emulator *terminal, uint8_t byte)
{
    if (terminal->more) {
        CHECK_EQUAL(byte & 0xc0, 0x80);
        terminal->character = terminal->character << 6 | (byte & 0x3f);
        if (--terminal->more == 0) {
            CHECK(terminal->character >= 0x80);
            put(terminal, terminal->character);
        }
    } else if (byte >= 0xe0) {
        CHECK(byte < 0xf0);
        terminal->character = byte & 0x0f;
        terminal->more = 2;
    } else {
        CHECK(byte >= 0xc2);
        terminal->character = byte & 0x1f;
        terminal->more = 1;
    }
}

void emulator_receive(struct emulator *terminal, const uint8_t *bytes, uint32_t count)
{
    for (; count; count--, bytes++) {
        if (terminal->length)
            receive_sequence(terminal, *bytes);
        else if (terminal->more || *bytes >= 0x80)
            receive_character(terminal, *bytes);
        else if (*bytes < 0x20 || *bytes == 0x7f)
            control(terminal, *bytes);
        else
            put(terminal, *bytes);
    }
}

void emulator_check_whole(const struct emulator *terminal)
{
    CHECK_EQUAL(terminal->length, 0);
    CHECK_EQUAL(terminal->more, 0);
}

void emulator_check_margins_unset(const struct emulator *terminal)
{
    CHECK_EQUAL(terminal->top, 0);
    CHECK_EQUAL(terminal->bottom, terminal->rows - 1);
}

void emulator_check_attributes_reset(const struct emulator *terminal)
{
    CHECK_EQUAL(terminal->look.front, plain.front);
    CHECK_EQUAL(terminal->look.back, plain.back);
    CHECK_EQUAL(terminal->look.blink, plain.blink);
    CHECK_EQUAL(terminal->look.underline, plain.underline);
}
