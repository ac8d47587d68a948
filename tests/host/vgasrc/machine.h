/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A guest with text in its memory, its calls of int10, and a terminal that shows its screen.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "emulator.h"
#include "vgasrc/int10.h"
#include "vgasrc/screen_copy.h"
#include "vgasrc/view.h"

/** All memory that real mode can address. */
#define MACHINE_BYTES 0x10fff0u

/** Segment of free memory for the buffers of a test. */
#define MACHINE_SEGMENT 0x2000u

struct machine {
    struct screen screen;
    struct registers registers; /* of the next call, and what the last one has returned */
    struct view view;
    struct screen_copy copy; /* of the VGA's window */
    struct emulator terminal;
};
extern struct machine machine;

/** A guest after POST, with the memory of mode 7 if @has_mono. The view is new, and the terminal
 * has the size of the screen and shows garbage. */
void machine_begin(bool has_mono);

/** A guest that has a VGA in mode 3, which begins as above. int10 is the VGA's BIOS, and an update
 * shows a copy of the page. */
void machine_begin_with_vga(void);

/** Copy the VGA's page. Check that this writes nothing, and reads the window only if it holds a
 * page of text of a size that the view can show. Return: whether it does. */
bool machine_copy(void);

/** Call int10. Check that it has changed no memory but the fields of the BIOS data area that are
 * its own, the pages of text, and @bytes bytes at @segment:@offset. */
void machine_call_with_buffer(uint16_t segment, uint16_t offset, uint32_t bytes);

/** Call int10 with these registers, and with the others as they are. */
void machine_call(uint16_t ax, uint16_t bx, uint16_t cx, uint16_t dx);

/** Write a text with function 0Eh. */
void machine_print(const char *text);

/** Fields of the guest's memory. */
uint8_t machine_read8(uint32_t address);
uint16_t machine_read16(uint32_t address);
void machine_write16(uint32_t address, uint16_t value);

/** Character and attribute of a cell of a page of 80 columns and 25 rows. */
uint16_t machine_cell(unsigned page, unsigned row, unsigned column);

/** Write @text to the visible page, without int10. */
void machine_poke(unsigned row, unsigned column, const char *text, uint8_t attribute);

/** One update with a buffer of @size bytes, which the terminal receives; with a VGA, of a new copy.
 * Check that it leaves no margins set and, if it is complete, no attributes, that it does not write
 * to the guest's memory, and that it does not read the VGA's window. Return: the bytes. */
uint32_t machine_update(uint32_t size);

/** Update until there is nothing left, with buffers of @size bytes. Return: all bytes. */
uint32_t machine_show(uint32_t size);

/** What the last update, or all of the last machine_show, has sent. */
extern char machine_sent[65536];

/** Check that the terminal shows the visible page, and its cursor. With a VGA, which may be in a
 * graphics mode, only if there is one. */
void machine_check_shown(void);

#endif
