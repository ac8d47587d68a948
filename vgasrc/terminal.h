/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The terminal: its cursor, its pen, and a buffer of what is to be sent to it.
 *
 * Each function sends one piece, a character or a sequence, or returns false, and changes nothing,
 * if the buffer has no room for it. So what the buffer holds and what is known of the terminal
 * always agree.
 */
#ifndef VGASRC_TERMINAL_H
#define VGASRC_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

/** Size of the longest piece. */
#define TERMINAL_PIECE_BYTES 16u

/** A column that is not known: after the last column of a row, terminals differ. */
#define TERMINAL_UNKNOWN 0xffu

enum terminal_cursor {
    TERMINAL_CURSOR_UNKNOWN,
    TERMINAL_CURSOR_SHOWN,
    TERMINAL_CURSOR_HIDDEN,
};

struct terminal {
    uint8_t row, column; /* of the cursor, from 0; the row may be unknown as well */
    uint8_t cursor;      /* enum terminal_cursor */
    uint16_t pen;        /* pen.h */
};

/** Where pieces go. */
struct terminal_buffer {
    uint8_t *bytes;
    uint32_t size, used;
};

/** Reset attributes and margins, clear the screen. */
bool terminal_clear(struct terminal *terminal, struct terminal_buffer *buffer);

/** Put the cursor in a row and column, by the shortest way. */
bool terminal_move(struct terminal *terminal, struct terminal_buffer *buffer, uint32_t row,
                   uint32_t column);

/** Change the pen. */
bool terminal_set_pen(struct terminal *terminal, struct terminal_buffer *buffer, uint16_t pen);

/** Draw a character of code page 437 at the cursor. @last: the cursor is in the last column. */
bool terminal_draw(struct terminal *terminal, struct terminal_buffer *buffer, uint8_t character,
                   bool last);

/** Erase the row from the cursor on. The pen has to be PEN_DEFAULT. */
bool terminal_erase(struct terminal_buffer *buffer);

/**
 * Scroll the first @rows rows, of at most 99, up by @count rows. The pen has to be PEN_DEFAULT.
 *
 * Margins confine this to these rows. They are set and reset in the same piece, because an
 * operating system that takes the terminal over would keep them.
 *
 * Return: the number of rows, less than @count if the buffer has no room for more; 0 if it is full.
 */
uint32_t terminal_scroll(struct terminal *terminal, struct terminal_buffer *buffer, uint32_t rows,
                         uint32_t count);

/** Show or hide the cursor. */
bool terminal_show_cursor(struct terminal *terminal, struct terminal_buffer *buffer, bool shown);

/** Beep. */
bool terminal_beep(struct terminal_buffer *buffer);

/** Reset attributes and margins, show the cursor, and put it in the first column below @row. */
bool terminal_release(struct terminal *terminal, struct terminal_buffer *buffer, uint32_t row);

#endif
