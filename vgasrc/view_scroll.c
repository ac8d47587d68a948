/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "view_scroll.h"

/* A scroll has to save more cells than this. It costs twice as many bytes, but cells that differ
 * here and there cost the moves between them as well. */
#define VIEW_SCROLL_COST 10u

/* What differs if the terminal scrolls by some rows, in cells. */
struct view_scroll_cost {
    uint32_t kept;       /* in the rows that it has had before */
    uint32_t all;        /* in all, and one for each row */
    uint32_t unscrolled; /* in as many rows as it keeps, if it does not scroll */
};

/* Counting ends when all is @limit. */
static struct view_scroll_cost view_scroll_count(const struct view_page *page,
                                                 const uint16_t *shown, uint32_t rows,
                                                 uint32_t limit)
{
    uint32_t cells = page->columns * page->rows, skipped = page->columns * rows;
    struct view_scroll_cost cost = {.all = rows};

    for (uint32_t i = 0; i < cells && cost.all < limit; i++) {
        uint16_t cell = view_page_cell(page, i);
        bool is_kept = i + skipped < cells;
        uint16_t scrolled = is_kept ? shown[i + skipped] : SCREEN_BLANK;

        cost.all += cell != scrolled;
        cost.kept += is_kept && cell != scrolled;
        cost.unscrolled += is_kept && cell != shown[i];
    }
    return cost;
}

uint32_t view_scroll_find(const struct view_page *page, const uint16_t *shown)
{
    uint32_t unscrolled = view_scroll_count(page, shown, 0, UINT32_MAX).all;
    uint32_t best = unscrolled - VIEW_SCROLL_COST, found = 0;

    if (unscrolled <= VIEW_SCROLL_COST)
        return 0;
    for (uint32_t rows = 1; rows <= page->rows; rows++) {
        struct view_scroll_cost cost = view_scroll_count(page, shown, rows, best);
        /* A page that has been replaced, but happens to fit here and there, has not scrolled. One
         * that has scrolled may have anything in the rows that are new. */
        bool fits = rows <= page->rows / 2 && cost.kept <= cost.unscrolled / 4;

        if (cost.all < best && (fits || cost.all <= unscrolled / 2)) {
            best = cost.all;
            found = rows;
        }
    }
    return found;
}
