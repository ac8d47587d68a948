/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "write.h"

#include "cursor.h"

void write_read_back(struct screen *screen, struct registers *registers)
{
    uint16_t cell = SCREEN_BLANK;

    if (registers->bh < SCREEN_PAGES)
        cell = screen_cell_read(screen, registers->bh, cursor_index(screen, registers->bh));
    registers->ax = cell;
}

void write_cells(struct screen *screen, struct registers *registers)
{
    if (registers->bh < SCREEN_PAGES)
        screen_cells_fill(screen, registers->bh, cursor_index(screen, registers->bh),
                          (uint16_t)(registers->bl << 8 | registers->al), registers->cx);
}

void write_characters(struct screen *screen, struct registers *registers)
{
    uint16_t offset;

    if (registers->bh >= SCREEN_PAGES)
        return;
    uint32_t index = cursor_index(screen, registers->bh);
    uint32_t count = screen_cells(screen, registers->bh, index, registers->cx, &offset);

    for (; count; count--)
        screen_character_write(screen, registers->bh, index++, registers->al);
}
