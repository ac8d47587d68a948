/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "scroll.h"

struct scroll {
    uint32_t page, top, left, bottom, right; /* bottom and right are inside */
    uint32_t rows;                           /* to move by */
    uint16_t fill;
};

/* Fill row @row of the rectangle from row @from of it, or with blanks if there is no such row. */
static void scroll_row(struct screen *screen, const struct scroll *scroll, uint32_t row,
                       uint32_t from)
{
    uint32_t columns = screen_columns(screen), to_index = row * columns + scroll->left;
    uint32_t count = scroll->left <= scroll->right ? scroll->right - scroll->left + 1 : 0;

    if (from >= scroll->top && from <= scroll->bottom)
        screen_cells_copy(screen, scroll->page, to_index, from * columns + scroll->left, count);
    else
        screen_cells_fill(screen, scroll->page, to_index, scroll->fill, count);
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
    struct scroll scroll;

    /* One by one: the compiler would clear the rest of an initialised structure by an instruction
     * that relies on ES. scripts/check-16bit finds these. */
    scroll.page = page;
    scroll.top = 0;
    scroll.left = 0;
    scroll.bottom = screen_rows(screen) - 1;
    scroll.right = screen_columns(screen) - 1;
    scroll.rows = 1;
    scroll.fill = (uint16_t)(attribute << 8 | ' ');
    scroll_rows_up(screen, &scroll);
}
