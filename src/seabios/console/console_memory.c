/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_memory.h"

#include "memmap.h" // PAGE_SIZE
#include "vgasrc/screen.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/hv/frame_move.h"

#define WINDOW 0xb8000u

/* Return: whether a page keeps what is written to it. Where there is nothing, all bits read as 1.
 */
static bool page_is_ram(u32 address)
{
    volatile u32 *word = (volatile u32 *)address;
    u32 before = *word;

    *word = 0x55aa1234;
    bool kept = *word == 0x55aa1234;
    *word = ~0x55aa1234;
    kept = kept && *word == ~0x55aa1234;
    *word = before;
    return kept;
}

static bool window_is_ram(void)
{
    for (u32 at = 0; at < SCREEN_WINDOW_BYTES; at += PAGE_SIZE)
        if (!page_is_ram(WINDOW + at))
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
        if (frame_move(platform_frame(memory + at), (WINDOW + at) / PAGE_SIZE))
            return false;
    return window_is_ram();
}
