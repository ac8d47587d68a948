/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The screen of a guest without a VGA, as its memory holds it: the pages of text, and the fields of
 * the BIOS data area that describe them.
 *
 * The guest can write to all of this at any time, so each field is checked where it is used. The
 * addresses and meanings are those of IBM's "Personal System/2 and Personal Computer BIOS Interface
 * Technical Reference" and of Ralf Brown's Interrupt List.
 */
#ifndef VGASRC_SCREEN_H
#define VGASRC_SCREEN_H

#include "palette_state.h"

#include <stdbool.h>
#include <stdint.h>

/** Fields of the BIOS data area, by their addresses. */
enum screen_field {
    SCREEN_EQUIPMENT = 0x410,  /* 16 bits; bits 4 and 5: 2 is 80 columns in colour */
    SCREEN_MODE = 0x449,       /* the number of the mode */
    SCREEN_COLUMNS = 0x44a,    /* 16 bits */
    SCREEN_PAGE_BYTES = 0x44c, /* 16 bits: from one page to the next */
    SCREEN_START = 0x44e,      /* 16 bits: where the visible page begins in the window */
    SCREEN_CURSORS = 0x450,    /* 8 times 16 bits: row * 256 + column on each page */
    SCREEN_SHAPE = 0x460,      /* 16 bits: first line * 256 + last line of the cursor */
    SCREEN_PAGE = 0x462,       /* the active page, which is the visible one */
    SCREEN_PORT = 0x463,       /* 16 bits: the port of the CRT controller */
    SCREEN_CONTROL = 0x465,    /* port 3D8h of a CGA: enum screen_control */
    SCREEN_COLOURS = 0x466,    /* port 3D9h of a CGA */
    SCREEN_LAST_ROW = 0x484,   /* the number of rows, less one */
    SCREEN_HEIGHT = 0x485,     /* 16 bits: lines of a character */
    SCREEN_INFO = 0x487,       /* enum screen_info */
    SCREEN_SWITCHES = 0x488,   /* feature bits and switches of an EGA */
    SCREEN_OPTIONS = 0x489,    /* enum screen_option */
    SCREEN_DCC = 0x48a,        /* index of the display combination */
};

enum screen_control {
    SCREEN_CONTROL_BLINK = 0x20, /* bit 7 of an attribute blinks; else it is a bright background */
};

enum screen_info {
    SCREEN_INFO_NO_EMULATION = 0x01, /* shapes of the cursor are not adapted to the font */
    SCREEN_INFO_MONO = 0x02,
    SCREEN_INFO_MEMORY = 0x60, /* 256 KiB */
    SCREEN_INFO_KEPT = 0x80,   /* the last mode set has kept the memory */
};

enum screen_option {
    SCREEN_OPTION_VGA = 0x01,
    SCREEN_OPTION_GREY = 0x02,       /* colour registers are summed to grey */
    SCREEN_OPTION_NO_PALETTE = 0x08, /* a mode set keeps the palette */
    SCREEN_OPTION_LINES = 0x90, /* lines of the next mode: 350 if none of the next two is set */
    SCREEN_OPTION_400 = 0x10,
    SCREEN_OPTION_200 = 0x80,
};

#define SCREEN_PAGES        8u
#define SCREEN_COLUMNS_MAX  80u
#define SCREEN_ROWS_MAX     50u
#define SCREEN_WINDOW_BYTES 0x8000u

/** A grey space on black. */
#define SCREEN_ATTRIBUTE 0x07u
#define SCREEN_BLANK     0x0720u

struct screen_copy;

struct screen {
    /** The guest's address 0, for code with flat addresses (far.h). All of the memory that real
     * mode can address has to be accessible there: 10FFF0h bytes. 32 KiB at B8000h are RAM. */
    uint8_t *low;
    /** 32 KiB at B0000h are RAM as well: without them, there is no mode 7. */
    bool has_mono;
    /** Where the guest can read a copy of state_functions (state.h): segment << 16 | offset. */
    uint32_t functions;
    /** int10 has asked for a beep. view_update sends it and clears this. */
    bool bell;
    /** What int10 keeps besides the BIOS data area. */
    struct palette palette;
    /** What the view shows instead of the window; NULL if the window is RAM (screen_copy.h). */
    const struct screen_copy *copy;
};

/** Read and write a field of the BIOS data area, of 8 or 16 bits. */
uint8_t screen_read8(const struct screen *screen, uint32_t address);
uint16_t screen_read16(const struct screen *screen, uint32_t address);
void screen_write8(struct screen *screen, uint32_t address, uint8_t value);
void screen_write16(struct screen *screen, uint32_t address, uint16_t value);

/** Read and write the byte at @segment:@offset, which wraps as in real mode. */
uint8_t screen_read_far(const struct screen *screen, uint16_t segment, uint32_t offset);
void screen_write_far(struct screen *screen, uint16_t segment, uint32_t offset, uint8_t value);

/** Return: whether mode 7 is set, and has its memory. */
bool screen_is_mono(const struct screen *screen);

/** Return the segment of the window of the set mode: SCREEN_WINDOW_BYTES at B8000h, or B0000h in
 * mode 7. */
uint16_t screen_window(const struct screen *screen);

/** The size in characters, at most SCREEN_COLUMNS_MAX and SCREEN_ROWS_MAX. A size beyond these,
 * which only the guest can have written, counts as 80 columns or 25 rows. */
uint32_t screen_columns(const struct screen *screen);
uint32_t screen_rows(const struct screen *screen);

/** The number of pages that the window holds, 1 to SCREEN_PAGES. */
uint32_t screen_pages(const struct screen *screen);

/** The active page, which is valid. */
uint32_t screen_page(const struct screen *screen);

/**
 * Find @count cells of @page from cell @index on, counted row by row.
 *
 * *@offset: of the first, in the window; a cell is its character and, after it, its attribute.
 * Return: how many of them are inside the window.
 */
uint32_t screen_cells(const struct screen *screen, uint32_t page, uint32_t index, uint32_t count,
                      uint16_t *offset);

/** Read a cell: SCREEN_BLANK has the form, and is what is outside the window. */
uint16_t screen_cell_read(const struct screen *screen, uint32_t page, uint32_t index);

/** Write a cell, or only its character. Does nothing outside the window. */
void screen_cell_write(struct screen *screen, uint32_t page, uint32_t index, uint16_t cell);
void screen_character_write(struct screen *screen, uint32_t page, uint32_t index,
                            uint8_t character);

/** Write the same to @count cells. */
void screen_cells_fill(struct screen *screen, uint32_t page, uint32_t index, uint16_t cell,
                       uint32_t count);

/** Copy @count cells of @page from @from to @to, where they do not overlap. */
void screen_cells_copy(struct screen *screen, uint32_t page, uint32_t to, uint32_t from,
                       uint32_t count);

#endif
