/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "view_page.h"

#include "cp437.h"
#include "screen_copy.h"
#include "xen/base/bytes.h"

#define SHAPE_HIDDEN 0x20u
#define SHAPE_LINE   0x1fu

/* The cursor is hidden by its shape, or by a place outside the page. */
static void view_page_find_cursor(struct view_page *page, const struct screen *screen)
{
    uint32_t shape = screen_read16(screen, SCREEN_SHAPE);
    uint32_t place = screen_read16(screen, SCREEN_CURSORS + 2 * screen_page(screen));
    uint32_t first = shape >> 8;

    page->cursor_row = place >> 8;
    page->cursor_column = place & 0xff;
    page->cursor_shown = !(first & SHAPE_HIDDEN) && (first & SHAPE_LINE) <= (shape & SHAPE_LINE) &&
                         page->cursor_row < page->rows && page->cursor_column < page->columns;
}

static struct view_page view_page_of_window(const struct screen *screen)
{
    return (struct view_page){
        .window = screen->low + screen_window(screen) * 16u,
        .start = screen_read16(screen, SCREEN_START),
        .columns = screen_columns(screen),
        .rows = screen_rows(screen),
        .rules =
            {
                .is_mono = screen_is_mono(screen),
                .blinks = screen_read8(screen, SCREEN_CONTROL) & SCREEN_CONTROL_BLINK,
            },
    };
}

static struct view_page view_page_of_copy(const struct screen_copy *copy)
{
    return (struct view_page){
        .window = (const uint8_t *)copy->words,
        .start = copy->offset,
        .columns = copy->columns,
        .rows = copy->rows,
        /* The BIOS of a VGA sets attributes to blink with each mode, but need not say so in the
         * BIOS data area: SeaBIOS' does not. */
        .rules = {.is_mono = copy->is_mono, .blinks = true},
    };
}

bool view_page_find(struct view_page *page, const struct screen *screen)
{
    if (screen->copy && !screen->copy->is_text)
        return false;
    *page = screen->copy ? view_page_of_copy(screen->copy) : view_page_of_window(screen);
    view_page_find_cursor(page, screen);
    return true;
}

uint16_t view_page_cell(const struct view_page *page, uint32_t index)
{
    uint16_t cell;

    bytes_copy(&cell, page->window + ((page->start + 2 * index) & (SCREEN_WINDOW_BYTES - 2)),
               sizeof(cell));
    return cell;
}

bool view_page_is_blank(uint16_t cell)
{
    return cp437_unicode((uint8_t)cell) == ' ';
}

bool view_page_cells_equal(const struct view_page *page, uint16_t a, uint16_t b)
{
    uint16_t pen_a, pen_b;

    if (a == b)
        return true;
    pen_a = pen_from_attribute(&page->rules, a >> 8);
    pen_b = pen_from_attribute(&page->rules, b >> 8);
    if (view_page_is_blank(a))
        return view_page_is_blank(b) && (pen_a == pen_b || pen_blank_equal(pen_a, pen_b));
    return pen_a == pen_b && cp437_unicode((uint8_t)a) == cp437_unicode((uint8_t)b);
}

bool view_page_is_erased(const struct view_page *page, uint16_t cell)
{
    return view_page_cells_equal(page, cell, SCREEN_BLANK);
}
