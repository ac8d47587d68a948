/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "write.h"

#include "cursor.h"

void write_read_back(struct screen *screen, struct registers *registers)
{
    const uint8_t *cell = 0;

    if (registers->bh < SCREEN_PAGES)
        cell = screen_cell(screen, registers->bh, cursor_index(screen, registers->bh));
    registers->al = cell ? cell[0] : ' ';
    registers->ah = cell ? cell[1] : SCREEN_ATTRIBUTE;
}

/* @attribute: NULL to keep those of the cells. */
static void write_at_cursor(struct screen *screen, const struct registers *registers,
                            const uint8_t *attribute)
{
    uint32_t index;

    if (registers->bh >= SCREEN_PAGES)
        return;
    index = cursor_index(screen, registers->bh);
    for (uint32_t count = registers->cx; count; count--, index++) {
        uint8_t *cell = screen_cell(screen, registers->bh, index);

        if (!cell)
            return;
        cell[0] = registers->al;
        if (attribute)
            cell[1] = *attribute;
    }
}

void write_cells(struct screen *screen, struct registers *registers)
{
    write_at_cursor(screen, registers, &registers->bl);
}

void write_characters(struct screen *screen, struct registers *registers)
{
    write_at_cursor(screen, registers, 0);
}
