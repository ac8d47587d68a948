/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "screen.h"

#include "far.h"

/* Segments. */
#define SCREEN_WINDOW_COLOUR 0xb800u
#define SCREEN_WINDOW_MONO   0xb000u

uint8_t screen_read8(const struct screen *screen, uint32_t address)
{
    return far_read8(screen->low, 0, (uint16_t)address);
}

uint16_t screen_read16(const struct screen *screen, uint32_t address)
{
    return far_read16(screen->low, 0, (uint16_t)address);
}

void screen_write8(struct screen *screen, uint32_t address, uint8_t value)
{
    far_write8(screen->low, 0, (uint16_t)address, value);
}

void screen_write16(struct screen *screen, uint32_t address, uint16_t value)
{
    far_write16(screen->low, 0, (uint16_t)address, value);
}

uint8_t screen_read_far(const struct screen *screen, uint16_t segment, uint32_t offset)
{
    return far_read8(screen->low, segment, (uint16_t)offset);
}

void screen_write_far(struct screen *screen, uint16_t segment, uint32_t offset, uint8_t value)
{
    far_write8(screen->low, segment, (uint16_t)offset, value);
}

bool screen_is_mono(const struct screen *screen)
{
    return screen->has_mono && screen_read8(screen, SCREEN_MODE) == 7;
}

uint16_t screen_window(const struct screen *screen)
{
    return screen_is_mono(screen) ? SCREEN_WINDOW_MONO : SCREEN_WINDOW_COLOUR;
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

uint32_t screen_cells(const struct screen *screen, uint32_t page, uint32_t index, uint32_t count,
                      uint16_t *offset)
{
    uint32_t first = page * screen_read16(screen, SCREEN_PAGE_BYTES) + index * 2;
    uint32_t room = first < SCREEN_WINDOW_BYTES ? (SCREEN_WINDOW_BYTES - first) / 2 : 0;

    *offset = (uint16_t)first;
    return count < room ? count : room;
}

uint16_t screen_cell_read(const struct screen *screen, uint32_t page, uint32_t index)
{
    uint16_t offset;

    if (!screen_cells(screen, page, index, 1, &offset))
        return SCREEN_BLANK;
    return far_read16(screen->low, screen_window(screen), offset);
}

void screen_cell_write(struct screen *screen, uint32_t page, uint32_t index, uint16_t cell)
{
    screen_cells_fill(screen, page, index, cell, 1);
}

void screen_character_write(struct screen *screen, uint32_t page, uint32_t index, uint8_t character)
{
    uint16_t offset;

    if (screen_cells(screen, page, index, 1, &offset))
        far_write8(screen->low, screen_window(screen), offset, character);
}

void screen_cells_fill(struct screen *screen, uint32_t page, uint32_t index, uint16_t cell,
                       uint32_t count)
{
    uint16_t offset;

    count = screen_cells(screen, page, index, count, &offset);
    far_fill16(screen->low, screen_window(screen), offset, cell, (uint16_t)count);
}

void screen_cells_copy(struct screen *screen, uint32_t page, uint32_t to, uint32_t from,
                       uint32_t count)
{
    uint16_t target, source;

    count = screen_cells(screen, page, to, count, &target);
    count = screen_cells(screen, page, from, count, &source);
    far_copy16(screen->low, screen_window(screen), target, source, (uint16_t)count);
}
