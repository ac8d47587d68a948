/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "screen.h"

#include "xen/base/bytes.h"

#define SCREEN_WINDOW_COLOUR 0xb8000u
#define SCREEN_WINDOW_MONO   0xb0000u

uint8_t screen_read8(const struct screen *screen, uint32_t address)
{
    return screen->low[address];
}

uint16_t screen_read16(const struct screen *screen, uint32_t address)
{
    uint16_t value;

    bytes_copy(&value, screen->low + address, sizeof(value));
    return value;
}

void screen_write8(struct screen *screen, uint32_t address, uint8_t value)
{
    screen->low[address] = value;
}

void screen_write16(struct screen *screen, uint32_t address, uint16_t value)
{
    bytes_copy(screen->low + address, &value, sizeof(value));
}

uint8_t *screen_far(struct screen *screen, uint16_t segment, uint32_t offset)
{
    return screen->low + segment * 16u + (offset & 0xffff);
}

bool screen_is_mono(const struct screen *screen)
{
    return screen->has_mono && screen_read8(screen, SCREEN_MODE) == 7;
}

uint8_t *screen_window(const struct screen *screen)
{
    return screen->low + (screen_is_mono(screen) ? SCREEN_WINDOW_MONO : SCREEN_WINDOW_COLOUR);
}

uint32_t screen_columns(const struct screen *screen)
{
    uint32_t columns = screen_read16(screen, SCREEN_COLUMNS);

    return columns && columns <= SCREEN_COLUMNS_MAX ? columns : 80;
}

uint32_t screen_rows(const struct screen *screen)
{
    uint32_t last = screen_read8(screen, SCREEN_LAST_ROW);

    return last && last < SCREEN_ROWS_MAX ? last + 1 : 25;
}

uint32_t screen_pages(const struct screen *screen)
{
    uint32_t bytes = screen_read16(screen, SCREEN_PAGE_BYTES);
    uint32_t pages = 1;

    while (bytes && pages < SCREEN_PAGES && (pages + 1) * bytes <= SCREEN_WINDOW_BYTES)
        pages++;
    return pages;
}

uint32_t screen_page(const struct screen *screen)
{
    return screen_read8(screen, SCREEN_PAGE) % SCREEN_PAGES;
}

uint8_t *screen_cell(const struct screen *screen, uint32_t page, uint32_t index)
{
    uint32_t offset = page * screen_read16(screen, SCREEN_PAGE_BYTES) + index * 2;

    return offset <= SCREEN_WINDOW_BYTES - 2 ? screen_window(screen) + offset : 0;
}

void screen_cell_write(struct screen *screen, uint32_t page, uint32_t index, uint16_t cell)
{
    uint8_t *bytes = screen_cell(screen, page, index);

    if (bytes)
        bytes_copy(bytes, &cell, sizeof(cell));
}
