/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "terminal.h"

#include "cp437.h"
#include "pen.h"
#include "sequence.h"
#include "xen/base/bytes.h"

/* Most terminals have this many rows by default. */
#define TERMINAL_ROWS_LEAST 24u

_Static_assert(PEN_SEQUENCE_BYTES <= TERMINAL_PIECE_BYTES, "a change of the pen is one piece");

static bool terminal_put(struct terminal_buffer *buffer, const void *bytes, uint32_t count)
{
    if (count > buffer->size - buffer->used)
        return false;
    bytes_copy(buffer->bytes + buffer->used, bytes, count);
    buffer->used += count;
    return true;
}

static void terminal_forget_place(struct terminal *terminal)
{
    terminal->row = terminal->column = TERMINAL_UNKNOWN;
}

/* ESC [ NUMBER final; without the number if it is 1. */
static void terminal_control(struct sequence *sequence, uint32_t number, char final)
{
    sequence_begin(sequence);
    if (number != 1)
        sequence_number(sequence, number);
    sequence_byte(sequence, final);
}

/* Row and column in numbers from 1, which is also what a terminal takes for a missing number. */
static void terminal_place(struct sequence *sequence, uint32_t row, uint32_t column)
{
    sequence_begin(sequence);
    if (row)
        sequence_number(sequence, row + 1);
    if (column) {
        sequence_byte(sequence, ';');
        sequence_number(sequence, column + 1);
    }
    sequence_byte(sequence, 'H');
}

bool terminal_clear(struct terminal *terminal, struct terminal_buffer *buffer)
{
    uint8_t bytes[TERMINAL_PIECE_BYTES];
    struct sequence sequence = {.bytes = bytes};

    terminal_control(&sequence, 1, 'm');
    terminal_control(&sequence, 1, 'r');
    terminal_control(&sequence, 2, 'J');
    if (!terminal_put(buffer, bytes, sequence.length))
        return false;
    terminal_forget_place(terminal);
    terminal->pen = PEN_DEFAULT;
    terminal->cursor = TERMINAL_CURSOR_UNKNOWN;
    return true;
}

/* To the same row or the first column of a later one. Return: false if this way does not lead
 * there. */
static bool terminal_move_by_returns(const struct terminal *terminal, struct sequence *sequence,
                                     uint32_t row, uint32_t column)
{
    uint32_t down = row - terminal->row;

    /* A line feed moves the cursor down only above the last row of the terminal, which may have
     * fewer than the screen. More than a few take longer than the sequence. */
    if (terminal->row == TERMINAL_UNKNOWN || column || row < terminal->row || down > 4)
        return false;
    if (down && row >= TERMINAL_ROWS_LEAST)
        return false;
    if (terminal->column)
        sequence_byte(sequence, '\r');
    for (; down; down--)
        sequence_byte(sequence, '\n');
    return true;
}

/* Along the row or the column. */
static bool terminal_move_straight(const struct terminal *terminal, struct sequence *sequence,
                                   uint32_t row, uint32_t column)
{
    if (terminal->row == TERMINAL_UNKNOWN || terminal->column == TERMINAL_UNKNOWN)
        return false;
    if (row == terminal->row && column > terminal->column)
        terminal_control(sequence, column - terminal->column, 'C');
    else if (row == terminal->row && terminal->column - column < 4)
        for (uint32_t back = terminal->column - column; back; back--)
            sequence_byte(sequence, '\b');
    else if (row == terminal->row)
        terminal_control(sequence, terminal->column - column, 'D');
    else if (column != terminal->column)
        return false;
    else if (row > terminal->row)
        terminal_control(sequence, row - terminal->row, 'B');
    else
        terminal_control(sequence, terminal->row - row, 'A');
    return true;
}

bool terminal_move(struct terminal *terminal, struct terminal_buffer *buffer, uint32_t row,
                   uint32_t column)
{
    uint8_t bytes[3][TERMINAL_PIECE_BYTES];
    struct sequence ways[3] = {{bytes[0], 0}, {bytes[1], 0}, {bytes[2], 0}};
    const struct sequence *best = &ways[0];

    if (terminal->row == row && terminal->column == column)
        return true;
    terminal_place(&ways[0], row, column);
    if (terminal_move_by_returns(terminal, &ways[1], row, column) && ways[1].length < best->length)
        best = &ways[1];
    if (terminal_move_straight(terminal, &ways[2], row, column) && ways[2].length < best->length)
        best = &ways[2];
    if (!terminal_put(buffer, best->bytes, best->length))
        return false;
    terminal->row = (uint8_t)row;
    terminal->column = (uint8_t)column;
    return true;
}

bool terminal_set_pen(struct terminal *terminal, struct terminal_buffer *buffer, uint16_t pen)
{
    uint8_t bytes[PEN_SEQUENCE_BYTES];

    if (!terminal_put(buffer, bytes, pen_change(terminal->pen, pen, bytes)))
        return false;
    terminal->pen = pen;
    return true;
}

bool terminal_draw(struct terminal *terminal, struct terminal_buffer *buffer, uint8_t character,
                   bool last)
{
    uint8_t bytes[CP437_UTF8_BYTES];

    if (!terminal_put(buffer, bytes, cp437_encode(character, bytes)))
        return false;
    if (last)
        terminal->column = TERMINAL_UNKNOWN;
    else
        terminal->column++;
    return true;
}

bool terminal_erase(struct terminal_buffer *buffer)
{
    return terminal_put(buffer, "\033[K", 3);
}

uint32_t terminal_scroll(struct terminal *terminal, struct terminal_buffer *buffer, uint32_t rows,
                         uint32_t count)
{
    uint8_t before[TERMINAL_PIECE_BYTES], after[TERMINAL_PIECE_BYTES];
    struct sequence begin = {.bytes = before}, end = {.bytes = after};
    uint32_t room = buffer->size - buffer->used;

    sequence_begin(&begin);
    sequence_byte(&begin, '1');
    sequence_byte(&begin, ';');
    sequence_number(&begin, rows);
    sequence_byte(&begin, 'r');
    terminal_place(&begin, rows - 1, 0);
    terminal_control(&end, 1, 'r');
    if (begin.length + count + end.length > room)
        count = begin.length + end.length < room ? room - begin.length - end.length : 0;
    if (!count)
        return 0;
    terminal_put(buffer, before, begin.length);
    for (uint32_t i = 0; i < count; i++)
        terminal_put(buffer, "\n", 1);
    terminal_put(buffer, after, end.length);
    /* In the first row on most terminals; but those that ignore margins do not move it. */
    terminal_forget_place(terminal);
    return count;
}

bool terminal_show_cursor(struct terminal *terminal, struct terminal_buffer *buffer, bool shown)
{
    uint8_t wanted = shown ? TERMINAL_CURSOR_SHOWN : TERMINAL_CURSOR_HIDDEN;

    if (terminal->cursor == wanted)
        return true;
    if (!terminal_put(buffer, shown ? "\033[?25h" : "\033[?25l", 6))
        return false;
    terminal->cursor = wanted;
    return true;
}

bool terminal_beep(struct terminal_buffer *buffer)
{
    return terminal_put(buffer, "\a", 1);
}

bool terminal_release(struct terminal *terminal, struct terminal_buffer *buffer, uint32_t row)
{
    uint8_t bytes[24];
    struct sequence sequence = {.bytes = bytes};

    terminal_control(&sequence, 1, 'm');
    terminal_control(&sequence, 1, 'r'); /* puts the cursor in the first row */
    terminal_place(&sequence, row, 0);
    sequence_byte(&sequence, '\r');
    sequence_byte(&sequence, '\n');
    if (!terminal_put(buffer, bytes, sequence.length) ||
        !terminal_show_cursor(terminal, buffer, true))
        return false;
    terminal_forget_place(terminal);
    return true;
}
