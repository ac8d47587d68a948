/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The visible page of text, as the guest's memory has it.
 */
#ifndef VGASRC_VIEW_PAGE_H
#define VGASRC_VIEW_PAGE_H

#include "pen.h"
#include "screen.h"

struct view_page {
    const uint8_t *window; /* or the copy */
    uint32_t start;        /* offset in it */
    uint32_t columns, rows;
    uint32_t cursor_row, cursor_column;
    bool cursor_shown;
    struct pen_rules rules;
};

/** Find the visible page: the window's, or that of the screen's copy. Return: false if there is
 * none. */
bool view_page_find(struct view_page *page, const struct screen *screen);

/** Return: cell @index, counted row by row. Like a VGA, the page goes on at the window's beginning
 * after its end. */
uint16_t view_page_cell(const struct view_page *page, uint32_t index);

/** Return: whether two cells look the same. */
bool view_page_cells_equal(const struct view_page *page, uint16_t a, uint16_t b);

/** Return: whether a cell shows a space. */
bool view_page_is_blank(uint16_t cell);

/** Return: whether a cell looks as an erased one. */
bool view_page_is_erased(const struct view_page *page, uint16_t cell);

#endif
