/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "screen_copy.h"

#define SCREEN_WORD_BYTES ((uint32_t)sizeof(uint32_t))

/* A page of more columns or rows than the view knows would be read in the wrong rows. */
static bool screen_copy_can_show(const struct screen *screen)
{
    uint8_t mode = screen_read8(screen, SCREEN_MODE);

    return (mode <= 3 || (mode == 7 && screen->has_mono)) &&
           screen_read16(screen, SCREEN_COLUMNS) <= SCREEN_COLUMNS_MAX &&
           screen_read8(screen, SCREEN_LAST_ROW) < SCREEN_ROWS_MAX;
}

/* Both addresses are multiples of 4.
 * The instruction writes to one. NOLINTNEXTLINE(readability-non-const-parameter) */
static void screen_copy_words(uint32_t *to, const uint8_t *from, uintptr_t count)
{
    __asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

bool screen_copy_take(struct screen_copy *copy, const struct screen *screen)
{
    const uint8_t *window = screen->low + screen_window(screen) * 16u;
    uint32_t start = screen_read16(screen, SCREEN_START) & (SCREEN_WINDOW_BYTES - 2);
    uint32_t first = start / SCREEN_WORD_BYTES, words,
             to_end = SCREEN_WINDOW_BYTES / SCREEN_WORD_BYTES - first;

    copy->is_text = screen_copy_can_show(screen);
    copy->read[0] = copy->read[1] = 0;
    if (!copy->is_text)
        return false;
    copy->is_mono = screen_is_mono(screen);
    copy->columns = (uint8_t)screen_columns(screen);
    copy->rows = (uint8_t)screen_rows(screen);
    copy->offset = start % SCREEN_WORD_BYTES;
    words = (copy->offset + 2u * copy->columns * copy->rows + SCREEN_WORD_BYTES - 1) /
            SCREEN_WORD_BYTES;
    copy->read[0] = (uint16_t)(words < to_end ? words : to_end);
    copy->read[1] = (uint16_t)(words - copy->read[0]);
    screen_copy_words(copy->words, window + first * SCREEN_WORD_BYTES, copy->read[0]);
    screen_copy_words(copy->words + copy->read[0], window, copy->read[1]);
    return true;
}
