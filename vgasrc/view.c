/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "view.h"

#include "cp437.h"
#include "pen.h"
#include "view_page.h"
#include "view_scroll.h"

/* Erasing the rest of a row takes as many bytes. */
#define VIEW_ERASE_BYTES 3u

/* Skipping this many cells takes as many bytes. */
#define VIEW_GAP_CELLS 4u

/* A change of the pen to PEN_DEFAULT takes as many bytes. */
#define VIEW_RESET_BYTES 3u

_Static_assert(VIEW_UPDATE_BYTES >= PEN_SEQUENCE_BYTES + CP437_UTF8_BYTES + VIEW_RESET_BYTES,
               "every update draws a cell, or moves the cursor to it");

/* The functions below return false if the buffer is full. */

/* Clear the terminal, if what it shows is not known or is of another kind. */
static bool view_begin(struct view *view, const struct view_page *page,
                       struct terminal_buffer *buffer)
{
    if (view->drawn && view->columns == page->columns && view->rows == page->rows &&
        view->blinks == page->rules.blinks && view->is_mono == page->rules.is_mono)
        return true;
    if (!terminal_clear(&view->terminal, buffer))
        return false;
    view->drawn = true;
    view->columns = (uint8_t)page->columns;
    view->rows = (uint8_t)page->rows;
    view->blinks = page->rules.blinks;
    view->is_mono = page->rules.is_mono;
    view->next = 0;
    for (uint32_t i = 0; i < page->columns * page->rows; i++)
        view->cells[i] = SCREEN_BLANK;
    return true;
}

static bool view_scroll(struct view *view, const struct view_page *page,
                        struct terminal_buffer *buffer)
{
    uint32_t rows = view_scroll_find(page, view->cells), done, kept;

    if (!rows)
        return true;
    if (!terminal_set_pen(&view->terminal, buffer, PEN_DEFAULT))
        return false;
    done = terminal_scroll(&view->terminal, buffer, page->rows, rows);
    kept = page->columns * (page->rows - done);
    for (uint32_t i = 0; i < kept; i++)
        view->cells[i] = view->cells[i + page->columns * done];
    for (uint32_t i = kept; i < page->columns * page->rows; i++)
        view->cells[i] = SCREEN_BLANK;
    return done == rows;
}

/* Return: whether to erase a row from cell @index on: all cells up to @end, where the row ends, are
 * blank on the page, and more differ than the sequence is long. */
static bool view_should_erase(const struct view *view, const struct view_page *page, uint32_t index,
                              uint32_t end)
{
    uint32_t differing = 0;

    for (; index < end; index++) {
        uint16_t cell = view_page_cell(page, index);

        if (!view_page_is_erased(page, cell))
            return false;
        if (!view_page_cells_equal(page, cell, view->cells[index]))
            differing++;
    }
    return differing > VIEW_ERASE_BYTES;
}

static bool view_erase(struct view *view, struct terminal_buffer *buffer, uint32_t index,
                       uint32_t end)
{
    if (!terminal_set_pen(&view->terminal, buffer, PEN_DEFAULT) || !terminal_erase(buffer))
        return false;
    for (; index < end; index++)
        view->cells[index] = SCREEN_BLANK;
    return true;
}

/* Draw a cell at the cursor. @end: where its row ends. */
static bool view_draw(struct view *view, const struct view_page *page,
                      struct terminal_buffer *buffer, uint32_t index, uint32_t end, uint16_t cell)
{
    uint16_t pen = pen_from_attribute(&page->rules, cell >> 8);

    if (view_page_is_blank(cell) && pen_blank_equal(pen, view->terminal.pen))
        pen = view->terminal.pen;
    if (!terminal_set_pen(&view->terminal, buffer, pen) ||
        !terminal_draw(&view->terminal, buffer, (uint8_t)cell, index + 1 == end))
        return false;
    view->cells[index] = cell;
    return true;
}

/* Return: whether a cell is one byte in the pen that the terminal has. */
static bool view_is_plain(const struct view *view, const struct view_page *page, uint16_t cell)
{
    uint8_t character = (uint8_t)cell, bytes[CP437_UTF8_BYTES];
    uint16_t pen = pen_from_attribute(&page->rules, cell >> 8);

    return cp437_encode(character, bytes) == 1 &&
           (pen == view->terminal.pen ||
            (view_page_is_blank(cell) && pen_blank_equal(pen, view->terminal.pen)));
}

/* Return: how many cells are between the cursor and cell @index, if they are few, in its row, and
 * plain; else 0. */
static uint32_t view_gap(const struct view *view, const struct view_page *page, uint32_t row,
                         uint32_t index)
{
    uint32_t gap = index % page->columns - view->terminal.column;

    if (view->terminal.row != row || gap > VIEW_GAP_CELLS)
        return 0;
    for (uint32_t i = index - gap; i < index; i++)
        if (!view_is_plain(view, page, view->cells[i]))
            return 0;
    return gap;
}

/* Move the cursor to cell @index of @row. A few plain cells on the way are drawn again: this takes
 * no more bytes than a sequence, and a log of what the terminal gets has the blanks between
 * words. */
static bool view_go(struct view *view, const struct view_page *page, struct terminal_buffer *buffer,
                    uint32_t row, uint32_t index)
{
    for (uint32_t gap = view_gap(view, page, row, index); gap; gap--)
        if (!terminal_draw(&view->terminal, buffer, (uint8_t)view->cells[index - gap], false))
            return false;
    return terminal_move(&view->terminal, buffer, row, index % page->columns);
}

/* Draw or erase cell @index, which differs. Return: the cell after it; 0 if the buffer is full. */
static uint32_t view_update_cell(struct view *view, const struct view_page *page,
                                 struct terminal_buffer *buffer, uint32_t index, uint16_t cell)
{
    uint32_t row = index / page->columns, end = (row + 1) * page->columns;

    if (!view_go(view, page, buffer, row, index))
        return 0;
    if (view_page_is_erased(page, cell) && view_should_erase(view, page, index, end))
        return view_erase(view, buffer, index, end) ? end : 0;
    return view_draw(view, page, buffer, index, end, cell) ? index + 1 : 0;
}

static bool view_update_range(struct view *view, const struct view_page *page,
                              struct terminal_buffer *buffer, uint32_t from, uint32_t to)
{
    uint32_t next;

    for (uint32_t i = from; i < to; i = next) {
        uint16_t cell = view_page_cell(page, i);

        if (view_page_cells_equal(page, cell, view->cells[i])) {
            view->cells[i] = cell;
            next = i + 1;
            continue;
        }
        next = view_update_cell(view, page, buffer, i, cell);
        if (!next) {
            view->next = (uint16_t)i;
            return false;
        }
    }
    return true;
}

/* All cells, first the one where the last update ended: so cells that change all the time do not
 * keep the others from being drawn. */
static bool view_update_cells(struct view *view, const struct view_page *page,
                              struct terminal_buffer *buffer)
{
    uint32_t begin = view->next;

    if (!view_update_range(view, page, buffer, begin, page->columns * page->rows) ||
        !view_update_range(view, page, buffer, 0, begin))
        return false;
    view->next = 0;
    return true;
}

static bool view_update_cursor(struct view *view, const struct view_page *page,
                               struct terminal_buffer *buffer)
{
    if (page->cursor_shown &&
        !terminal_move(&view->terminal, buffer, page->cursor_row, page->cursor_column))
        return false;
    return terminal_show_cursor(&view->terminal, buffer, page->cursor_shown);
}

/* Return: whether all has been sent. */
static bool view_send(struct view *view, const struct view_page *page,
                      struct terminal_buffer *buffer)
{
    return view_begin(view, page, buffer) && view_scroll(view, page, buffer) &&
           view_update_cells(view, page, buffer) &&
           terminal_set_pen(&view->terminal, buffer, PEN_DEFAULT) &&
           view_update_cursor(view, page, buffer);
}

/* Written to by way of the structure. NOLINTNEXTLINE(readability-non-const-parameter) */
uint32_t view_update(struct view *view, struct screen *screen, uint8_t *bytes, uint32_t size)
{
    struct terminal_buffer buffer = {.bytes = bytes, .size = size - VIEW_RESET_BYTES};
    struct view_page page;

    if (size < VIEW_UPDATE_BYTES || !view_page_find(&page, screen))
        return 0;
    if (view_send(view, &page, &buffer) && screen->bell && terminal_beep(&buffer))
        screen->bell = false;
    /* The next update, if there is one, goes on with any pen. */
    buffer.size = size;
    if (view->drawn)
        terminal_set_pen(&view->terminal, &buffer, PEN_DEFAULT);
    return buffer.used;
}

void view_redraw(struct view *view)
{
    view->drawn = false;
}

/* Return: the last row with anything visible; 0 if there is none. */
static uint32_t view_last_row(const struct view *view)
{
    struct pen_rules rules = {.is_mono = view->is_mono, .blinks = view->blinks};
    uint32_t i = (uint32_t)view->columns * view->rows;

    while (i-- > 1)
        if (!view_page_is_blank(view->cells[i]) ||
            pen_from_attribute(&rules, view->cells[i] >> 8) & PEN_BACKGROUND)
            break;
    return i / view->columns;
}

/* Written to by way of the structure. NOLINTNEXTLINE(readability-non-const-parameter) */
uint32_t view_leave(struct view *view, uint8_t bytes[VIEW_LEAVE_BYTES])
{
    struct terminal_buffer buffer = {.bytes = bytes, .size = VIEW_LEAVE_BYTES};

    if (!view->drawn)
        return 0;
    terminal_release(&view->terminal, &buffer, view_last_row(view));
    view->drawn = false;
    return buffer.used;
}
