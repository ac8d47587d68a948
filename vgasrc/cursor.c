/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cursor.h"

uint16_t cursor_read(const struct screen *screen, uint32_t page)
{
    return screen_read16(screen, SCREEN_CURSORS + 2 * page);
}

void cursor_write(struct screen *screen, uint32_t page, uint32_t row, uint32_t column)
{
    screen_write16(screen, SCREEN_CURSORS + 2 * page, (uint16_t)(row << 8 | column));
}

uint32_t cursor_index(const struct screen *screen, uint32_t page)
{
    uint32_t cursor = cursor_read(screen, page);

    return (cursor >> 8) * screen_columns(screen) + (cursor & 0xff);
}

void cursor_set_shape(struct screen *screen, struct registers *registers)
{
    screen_write16(screen, SCREEN_SHAPE, registers->cx);
}

void cursor_set(struct screen *screen, struct registers *registers)
{
    if (registers->bh < SCREEN_PAGES)
        cursor_write(screen, registers->bh, registers->dh, registers->dl);
}

void cursor_get(struct screen *screen, struct registers *registers)
{
    registers->cx = screen_read16(screen, SCREEN_SHAPE);
    registers->dx = registers->bh < SCREEN_PAGES ? cursor_read(screen, registers->bh) : 0;
}

void cursor_set_page(struct screen *screen, struct registers *registers)
{
    uint32_t page = registers->al;

    if (page >= screen_pages(screen))
        return;
    screen_write8(screen, SCREEN_PAGE, (uint8_t)page);
    screen_write16(screen, SCREEN_START,
                   (uint16_t)(page * screen_read16(screen, SCREEN_PAGE_BYTES)));
}
