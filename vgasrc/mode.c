/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "mode.h"

#include "palette.h"

#define MODE_KEEP 0x80u
/* What Phoenix and AMI return for a mode of text. */
#define MODE_TEXT_FLAG 0x30u
#define MODE_PAGE_UNIT 0x800u

/* Return what the CGA's port 3D8h would get: text in 80 columns (1), without colour (4), shown (8),
 * blinking (20h). No table, because 16-bit code cannot read constants. */
static uint8_t mode_control(uint8_t mode)
{
    uint8_t control = SCREEN_CONTROL_BLINK | 8;

    if (mode >= 2)
        control |= 1;
    return mode == 0 || mode == 2 ? control | 4 : control;
}

uint32_t mode_lines(const struct screen *screen)
{
    uint32_t used = screen_rows(screen) * screen_read16(screen, SCREEN_HEIGHT);

    if (used <= 200)
        return 200;
    return used <= 350 ? 350 : 400;
}

static void mode_write_rows(struct screen *screen, uint32_t rows, uint32_t height)
{
    uint32_t bytes = rows * screen_columns(screen) * 2;

    screen_write8(screen, SCREEN_LAST_ROW, (uint8_t)(rows - 1));
    screen_write16(screen, SCREEN_HEIGHT, (uint16_t)height);
    bytes = (bytes + MODE_PAGE_UNIT - 1) & ~(MODE_PAGE_UNIT - 1);
    screen_write16(screen, SCREEN_PAGE_BYTES, (uint16_t)bytes);
}

bool mode_set_height(struct screen *screen, uint32_t height)
{
    uint32_t rows = height ? mode_lines(screen) / height : 0;
    uint32_t page;

    if (rows < 2 || rows > SCREEN_ROWS_MAX)
        return false;
    mode_write_rows(screen, rows, height);
    page = screen_page(screen);
    if (page >= screen_pages(screen))
        page = 0;
    screen_write8(screen, SCREEN_PAGE, (uint8_t)page);
    screen_write16(screen, SCREEN_START,
                   (uint16_t)(page * screen_read16(screen, SCREEN_PAGE_BYTES)));
    return true;
}

/* The height of a character so that 25 rows fill the lines which function 12h has chosen. */
static uint32_t mode_height(const struct screen *screen)
{
    switch (screen_read8(screen, SCREEN_OPTIONS) & SCREEN_OPTION_LINES) {
    case SCREEN_OPTION_200:
        return 8;
    case 0:
        return 14;
    default:
        return 16;
    }
}

static void mode_write_fields(struct screen *screen, uint8_t mode, bool keep)
{
    uint8_t info = screen_read8(screen, SCREEN_INFO) & SCREEN_INFO_NO_EMULATION;

    info |= SCREEN_INFO_MEMORY | (keep ? SCREEN_INFO_KEPT : 0);
    screen_write8(screen, SCREEN_MODE, mode);
    screen_write16(screen, SCREEN_COLUMNS, mode < 2 ? 40 : 80);
    mode_write_rows(screen, 25, mode_height(screen));
    screen_write16(screen, SCREEN_START, 0);
    for (uint32_t page = 0; page < SCREEN_PAGES; page++)
        screen_write16(screen, SCREEN_CURSORS + 2 * page, 0);
    screen_write16(screen, SCREEN_SHAPE, mode == 7 ? 0x0b0c : 0x0607);
    screen_write8(screen, SCREEN_PAGE, 0);
    screen_write16(screen, SCREEN_PORT, mode == 7 ? 0x3b4 : 0x3d4);
    screen_write8(screen, SCREEN_CONTROL, mode_control(mode));
    screen_write8(screen, SCREEN_COLOURS, MODE_TEXT_FLAG);
    screen_write8(screen, SCREEN_INFO, mode == 7 ? info | SCREEN_INFO_MONO : info);
}

bool mode_set(struct screen *screen, uint8_t number)
{
    bool keep = number & MODE_KEEP;
    uint8_t mode = number & ~MODE_KEEP;

    if (mode == 7 && !screen->has_mono)
        mode = 3;
    if (mode > 3 && mode != 7)
        return false;
    mode_write_fields(screen, mode, keep);
    if (!(screen_read8(screen, SCREEN_OPTIONS) & SCREEN_OPTION_NO_PALETTE))
        palette_reset(screen);
    if (!keep)
        screen_cells_fill(screen, 0, 0, SCREEN_BLANK, SCREEN_WINDOW_BYTES / 2);
    return true;
}

void mode_serve(struct screen *screen, struct registers *registers)
{
    if (mode_set(screen, registers->al))
        registers->al = MODE_TEXT_FLAG;
}

void mode_get(struct screen *screen, struct registers *registers)
{
    registers->al = screen_read8(screen, SCREEN_MODE);
    registers->al |= screen_read8(screen, SCREEN_INFO) & SCREEN_INFO_KEPT;
    registers->ah = screen_read8(screen, SCREEN_COLUMNS);
    registers->bh = screen_read8(screen, SCREEN_PAGE);
}
