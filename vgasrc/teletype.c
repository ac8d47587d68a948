/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "teletype.h"

#include "cursor.h"
#include "scroll.h"

enum teletype_control {
    TELETYPE_BEL = 7,
    TELETYPE_BS = 8,
    TELETYPE_LF = 10,
    TELETYPE_CR = 13,
};

enum teletype_string {
    TELETYPE_MOVE = 1,       /* leave the cursor after the string */
    TELETYPE_ATTRIBUTES = 2, /* the string has attributes */
};

/* Put the cursor in a row that may be below the last one: scroll then. */
static void teletype_move(struct screen *screen, uint32_t page, uint32_t row, uint32_t column)
{
    uint32_t last = screen_rows(screen) - 1;

    if (row > last) {
        uint16_t cell = screen_cell_read(screen, page, last * screen_columns(screen) + column);

        scroll_page_up(screen, page, (uint8_t)(cell >> 8));
        row = last;
    }
    cursor_write(screen, page, row, column);
}

/* Write a character and go on to the next cell. @attribute: NULL to keep that of the cell. */
static void teletype_print(struct screen *screen, uint32_t page, uint8_t character,
                           const uint8_t *attribute)
{
    uint32_t cursor = cursor_read(screen, page), row = cursor >> 8, column = (cursor & 0xff) + 1;
    uint32_t index = cursor_index(screen, page);

    if (attribute)
        screen_cell_write(screen, page, index, (uint16_t)(*attribute << 8 | character));
    else
        screen_character_write(screen, page, index, character);
    if (column >= screen_columns(screen)) {
        column = 0;
        row++;
    }
    teletype_move(screen, page, row, column);
}

static void teletype_put(struct screen *screen, uint32_t page, uint8_t character,
                         const uint8_t *attribute)
{
    uint32_t cursor = cursor_read(screen, page), row = cursor >> 8, column = cursor & 0xff;

    switch (character) {
    case TELETYPE_BEL:
        screen->bell = true;
        break;
    case TELETYPE_BS:
        if (column)
            cursor_write(screen, page, row, column - 1);
        break;
    case TELETYPE_LF:
        teletype_move(screen, page, row + 1, column);
        break;
    case TELETYPE_CR:
        cursor_write(screen, page, row, 0);
        break;
    default:
        teletype_print(screen, page, character, attribute);
        break;
    }
}

void teletype_write(struct screen *screen, uint8_t character)
{
    teletype_put(screen, screen_page(screen), character, 0);
}

void teletype_write_string(struct screen *screen, struct registers *registers)
{
    uint32_t page = registers->bh, offset = registers->bp;
    uint8_t attribute = registers->bl;
    uint16_t before;

    if (page >= SCREEN_PAGES || registers->al > (TELETYPE_MOVE | TELETYPE_ATTRIBUTES))
        return;
    before = cursor_read(screen, page);
    cursor_write(screen, page, registers->dh, registers->dl);
    for (uint32_t count = registers->cx; count; count--) {
        uint8_t character = screen_read_far(screen, registers->es, offset++);

        if (registers->al & TELETYPE_ATTRIBUTES)
            attribute = screen_read_far(screen, registers->es, offset++);
        teletype_put(screen, page, character, &attribute);
    }
    if (!(registers->al & TELETYPE_MOVE))
        cursor_write(screen, page, before >> 8, before & 0xff);
}
