/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Show the visible page of text on a terminal, and keep it up to date.
 *
 * The view knows what the terminal shows, from what it has sent, and sends only what differs. The
 * terminal has to understand ANSI's sequences as a VT100 does, and UTF-8; docs/dev/console.md lists
 * them, and what a terminal needs.
 */
#ifndef VGASRC_VIEW_H
#define VGASRC_VIEW_H

#include "screen.h"
#include "terminal.h"

struct view {
    struct terminal terminal;
    bool drawn;           /* false: the terminal may show anything */
    bool blinks, is_mono; /* the meaning of the attributes in cells */
    uint8_t columns, rows;
    uint16_t next; /* the cell where the next update begins */
    /* What the terminal shows: a page of text, row by row. */
    uint16_t cells[SCREEN_COLUMNS_MAX * SCREEN_ROWS_MAX];
};

/** The smallest buffer that view_update makes progress with. */
#define VIEW_UPDATE_BYTES 22u

/** The size of what view_leave writes. */
#define VIEW_LEAVE_BYTES 24u

/**
 * Write to @bytes what makes the terminal show the visible page, but at most @size bytes.
 *
 * A zeroed view is valid: its first update draws the whole screen. If not all fits, the next update
 * goes on with what the page has then. What has been written is always whole: no part of a sequence
 * or a character is left for later.
 *
 * An operating system may take the terminal over at any time, without a call. So each update leaves
 * the margins unset and the attributes reset.
 *
 * If @screen has a copy (screen_copy.h), the view shows its page, and does not read the window.
 * Without a page, as in a graphics mode, the terminal keeps what it shows.
 *
 * Return: the number of bytes; 0 if the terminal shows the page already, or @size is less than
 * VIEW_UPDATE_BYTES.
 */
uint32_t view_update(struct view *view, struct screen *screen, uint8_t *bytes, uint32_t size);

/** Have the next updates draw the whole screen, whatever the terminal shows. */
void view_redraw(struct view *view);

/**
 * Leave the terminal to an operating system: write to @bytes what resets its attributes and
 * margins, shows the cursor and puts it in the row below the last one with text. An update after
 * that draws the whole screen.
 *
 * @bytes: VIEW_LEAVE_BYTES bytes. Return: the number of bytes; 0 if nothing has been drawn.
 */
uint32_t view_leave(struct view *view, uint8_t bytes[VIEW_LEAVE_BYTES]);

#endif
