/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "state.h"

#include "adapter.h"
#include "mode.h"

#define STATE_BYTES 64u

/* Where a field begins in the 64 bytes. */
enum state_field {
    STATE_FUNCTIONS = 0x00,
    STATE_SCREEN = 0x04, /* fields of the BIOS data area from SCREEN_MODE to SCREEN_COLOURS */
    STATE_ROWS = 0x22,
    STATE_HEIGHT = 0x23,
    STATE_DISPLAY = 0x25,
    STATE_COLOURS = 0x27,
    STATE_PAGES = 0x29,
    STATE_LINES = 0x2a, /* 0: 200; 1: 350; 2: 400 */
    STATE_FLAGS = 0x2d,
    STATE_MEMORY = 0x31, /* 3: 256 KiB */
};

enum state_flag {
    STATE_FLAG_GREY = 0x02,
    STATE_FLAG_MONO = 0x04,
    STATE_FLAG_NO_PALETTE = 0x08,
    STATE_FLAG_EMULATION = 0x10,
    STATE_FLAG_BLINK = 0x20,
};

const uint8_t state_functions[STATE_FUNCTIONS_BYTES] = {
    [0x00] = 0x0f, /* modes 0 to 3 */
    [0x07] = 0x07, /* 200, 350 and 400 lines */
    [0x08] = 1,    /* fonts */
    [0x09] = 1,    /* fonts at the same time */
    /* Sums to grey, keeps the palette, adapts the cursor; palette, colours and pages of them. Loads
     * no font. */
    [0x0a] = 0xfa,
    [0x0b] = 0x0c, /* blinking or bright backgrounds, display combination; saves no state */
};

static uint8_t state_flags(const struct screen *screen)
{
    uint8_t options = screen_read8(screen, SCREEN_OPTIONS);
    uint8_t flags = 0;

    if (options & SCREEN_OPTION_GREY)
        flags |= STATE_FLAG_GREY;
    if (options & SCREEN_OPTION_NO_PALETTE)
        flags |= STATE_FLAG_NO_PALETTE;
    if (screen_is_mono(screen))
        flags |= STATE_FLAG_MONO;
    if (!(screen_read8(screen, SCREEN_INFO) & SCREEN_INFO_NO_EMULATION))
        flags |= STATE_FLAG_EMULATION;
    if (screen_read8(screen, SCREEN_CONTROL) & SCREEN_CONTROL_BLINK)
        flags |= STATE_FLAG_BLINK;
    return flags;
}

static uint8_t state_lines(const struct screen *screen)
{
    switch (mode_lines(screen)) {
    case 200:
        return 0;
    case 350:
        return 1;
    default:
        return 2;
    }
}

static void state_put(struct screen *screen, const struct registers *registers, uint32_t field,
                      uint32_t value)
{
    screen_write_far(screen, registers->es, registers->di + field, (uint8_t)value);
}

void state_report(struct screen *screen, struct registers *registers)
{
    if (registers->bx != 0)
        return;
    for (uint32_t i = 0; i < STATE_BYTES; i++)
        state_put(screen, registers, i, 0);
    for (uint32_t i = 0; i < 4; i++)
        state_put(screen, registers, STATE_FUNCTIONS + i, screen->functions >> 8 * i);
    for (uint32_t i = 0; i <= SCREEN_COLOURS - SCREEN_MODE; i++)
        state_put(screen, registers, STATE_SCREEN + i, screen_read8(screen, SCREEN_MODE + i));
    state_put(screen, registers, STATE_ROWS, screen_rows(screen));
    state_put(screen, registers, STATE_HEIGHT, screen_read8(screen, SCREEN_HEIGHT));
    state_put(screen, registers, STATE_HEIGHT + 1, screen_read8(screen, SCREEN_HEIGHT + 1));
    state_put(screen, registers, STATE_DISPLAY, ADAPTER_DISPLAY);
    state_put(screen, registers, STATE_COLOURS, screen_is_mono(screen) ? 0 : 16);
    state_put(screen, registers, STATE_PAGES, screen_pages(screen));
    state_put(screen, registers, STATE_LINES, state_lines(screen));
    state_put(screen, registers, STATE_FLAGS, state_flags(screen));
    state_put(screen, registers, STATE_MEMORY, 3);
    registers->al = 0x1b;
}
