/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_memory.h"

#include "biosvar.h" // MAKE_FLATPTR
#include "memmap.h"  // PAGE_SIZE
#include "vgasrc/screen.h"
#include "x86.h" // readl
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/hv/frame_move.h"

#define WINDOW_SEGMENT 0xb800u
#define WINDOW_FRAME   0xb8u

/* Return: whether a page keeps what is written to it. Where there is nothing, all bits read as 1.
 */
static bool page_is_ram(void *word)
{
    static const u32 values[] = {0x55aa1234, ~0x55aa1234};
    u32 before = readl(word);
    bool kept = true;

    for (u32 i = 0; i < ARRAY_SIZE(values); i++) {
        writel(word, values[i]);
        kept = kept && readl(word) == values[i];
    }
    writel(word, before);
    return kept;
}

static bool window_is_ram(void)
{
    for (u32 at = 0; at < SCREEN_WINDOW_BYTES; at += PAGE_SIZE)
        if (!page_is_ram(MAKE_FLATPTR(WINDOW_SEGMENT, at)))
            return false;
    return true;
}

bool console_memory_provide(void)
{
    if (window_is_ram())
        return true;
    /* These pages are in the e820 map as reserved, and stay so without a page behind them. The
     * guest has a fixed number of pages, so none can be added. */
    void *memory = platform_alloc_reserved(SCREEN_WINDOW_BYTES, PAGE_SIZE);
    if (!memory) {
        log_error("console: no memory for the screen\n");
        return false;
    }
    for (u32 at = 0; at < SCREEN_WINDOW_BYTES; at += PAGE_SIZE)
        if (frame_move(platform_frame(memory + at), WINDOW_FRAME + at / PAGE_SIZE))
            return false;
    return window_is_ram();
}
