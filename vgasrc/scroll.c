/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "scroll.h"

#include "xen/base/bytes.h"

struct scroll {
    uint32_t page, top, left, bottom, right; /* bottom and right are inside */
    uint32_t rows;                           /* to move by */
    uint16_t fill;
};

/* Fill row @row of the rectangle from row @from of it, or with blanks if there is no such row. */
static void scroll_row(struct screen *screen, const struct scroll *scroll, uint32_t row,
                       uint32_t from)
{
    uint32_t columns = screen_columns(screen);
    bool inside = from >= scroll->top && from <= scroll->bottom;

    for (uint32_t column = scroll->left; column <= scroll->right; column++) {
        const uint8_t *source = screen_cell(screen, scroll->page, from * columns + column);
        uint16_t cell = scroll->fill;

        if (inside && source)
            bytes_copy(&cell, source, sizeof(cell));
        screen_cell_write(screen, scroll->page, row * columns + column, cell);
    }
}

/* Return: the rectangle of a call, or an empty one. */
static struct scroll scroll_parse(const struct screen *screen, const struct registers *registers)
{
    uint32_t last_row = screen_rows(screen) - 1, last_column = screen_columns(screen) - 1;
    struct scroll scroll = {
        .page = screen_page(screen),
        .top = registers->ch,
        .left = registers->cl,
        .bottom = registers->dh < last_row ? registers->dh : last_row,
        .right = registers->dl < last_column ? registers->dl : last_column,
        .rows = registers->al,
        .fill = (uint16_t)(registers->bh << 8 | ' '),
    };

    if (!scroll.rows || scroll.rows > SCREEN_ROWS_MAX)
        scroll.rows = SCREEN_ROWS_MAX;
    return scroll;
}

static void scroll_rows_up(struct screen *screen, const struct scroll *scroll)
{
    for (uint32_t row = scroll->top; row <= scroll->bottom; row++)
        scroll_row(screen, scroll, row, row + scroll->rows);
}

void scroll_up(struct screen *screen, struct registers *registers)
{
    struct scroll scroll = scroll_parse(screen, registers);

    scroll_rows_up(screen, &scroll);
}

void scroll_down(struct screen *screen, struct registers *registers)
{
    struct scroll scroll = scroll_parse(screen, registers);

    /* A row less than 0 is a large one, and outside. */
    for (uint32_t row = scroll.bottom + 1; row-- > scroll.top;)
        scroll_row(screen, &scroll, row, row - scroll.rows);
}

void scroll_page_up(struct screen *screen, uint32_t page, uint8_t attribute)
{
    struct scroll scroll = {
        .page = page,
        .bottom = screen_rows(screen) - 1,
        .right = screen_columns(screen) - 1,
        .rows = 1,
        .fill = (uint16_t)(attribute << 8 | ' '),
    };

    scroll_rows_up(screen, &scroll);
}
