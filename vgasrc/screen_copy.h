/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A copy of the visible page, for the view of a guest that has a VGA.
 *
 * The window of a VGA is memory of a device: each access leaves the guest, but many items of one
 * string instruction do so together. So the page is copied with one or two of these, and the view
 * reads the copy.
 *
 * The VGA's own BIOS serves int10 and keeps the fields of the BIOS data area. Nothing here, and
 * nothing in the view, writes to these or to the window.
 */
#ifndef VGASRC_SCREEN_COPY_H
#define VGASRC_SCREEN_COPY_H

#include "screen.h"

/** The largest page, and half a word before and after it. */
#define SCREEN_COPY_WORDS (SCREEN_COLUMNS_MAX * SCREEN_ROWS_MAX / 2 + 1)

struct screen_copy {
    /** Whether there is a page. The fields below describe it as it was when it was copied. */
    bool is_text;
    bool is_mono;
    uint8_t columns, rows;
    uint8_t offset; /* of the first cell in words, in bytes: 0 or 2 */
    /** Words of 32 bits that each instruction has read from the window. The second is 0 if the page
     * does not go on at the window's beginning. */
    uint16_t read[2];
    uint32_t words[SCREEN_COPY_WORDS];
};

/**
 * Copy the visible page, where @screen has it at the moment. Then the view shows it if @copy is the
 * copy of @screen.
 *
 * In mode 7, has_mono tells whether there is a window. A VGA has one.
 *
 * Return: false if there is no page that the view can show; then the window is not read, and there
 * is no page in @copy. This is so in all modes but 0 to 3 and 7, thus in graphics modes and in
 * those of VBE, and with more than SCREEN_COLUMNS_MAX columns or SCREEN_ROWS_MAX rows.
 */
bool screen_copy_take(struct screen_copy *copy, const struct screen *screen);

#endif
