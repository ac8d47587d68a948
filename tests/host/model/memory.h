/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The guest's physical memory.
 *
 * It is mapped twice. The firmware's view is the one that platform.h hands out: memory that the
 * firmware has not allocated is poisoned, and any access to it ends the test. The model's own view
 * is only reached by frame number, so that a backend has to name the frame that it touches.
 */
#ifndef MODEL_MEMORY_H
#define MODEL_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/** Frame numbers that Xen and hvmloader choose on a real machine. */
#define MEMORY_STORE_FRAME   0xfeffcu
#define MEMORY_CONSOLE_FRAME 0xfefffu

/** Number of frames of the grant table, which belong to Xen and which a guest can map. */
#define MEMORY_GRANT_FRAMES 33u

void memory_reset(void);

/**
 * A restore: the grant table and the pages of xenstore and the console are new, and no special
 * frame is mapped. Reads of the old addresses return all ones; the firmware must not write there.
 */
void memory_restore(void);

/** An operating system maps the grant table elsewhere, so the firmware's mapping of it is gone, as
 *  after a restore. */
void memory_take_specials(void);

/** Leave only this many pages for all further allocations together. */
void memory_leave(uint32_t pages);

/** Let all allocations after the next @count ones fail. */
void memory_fail_after(unsigned count);

/** The model's view of a guest frame; NULL if there is no memory. */
void *memory_frame(uint64_t frame);

/** Whether the firmware has allocated the whole frame, so that it may grant it. */
bool memory_is_reserved(uint64_t frame);

/** Forbid the firmware any access to a frame, or allow it again. */
void memory_forbid(uint64_t frame, bool forbid);

/** The model's view of a frame of the grant table. */
void *memory_grant_frame(uint32_t index);

/** The model's view of the page that Xen shares with the guest (struct shared_info). */
void *memory_shared_info(void);

/** Map a frame of the grant table, or the shared page, at guest frame @gfn; unmap what is mapped
 * there. */
void memory_map_grant_frame(uint32_t index, uint64_t gfn);
void memory_map_shared_info(uint64_t gfn);
void memory_unmap_special(uint64_t gfn);

/** Whether the guest frame is in the window that is reserved for special frames. */
bool memory_is_special(uint64_t gfn);

/** Whether anything is mapped at this frame of the window; at how many of its frames. */
bool memory_special_is_mapped(uint64_t gfn);
unsigned memory_specials_mapped(void);

/**** The first MiB ****/

/** The frame at B8000h, where a guest without a VGA has a hole of 32 KiB. */
#define MEMORY_TEXT_FRAME 0xb8u
#define MEMORY_TEXT_PAGES 8u

/** Make all memory that real mode can address, zeroed, with the hole. Return: the firmware's view
 * of it, 110000h bytes. Any access to the hole ends the test, except by the two functions below. */
uint8_t *memory_make_low(void);

/** Put memory into the hole, as if a VGA were there; take it out. */
void memory_fill_hole(void);
void memory_make_hole(void);

/** Whether the guest frame is in the hole and nothing is there. */
bool memory_is_hole(uint64_t gfn);

/** Move the page at frame @from of the firmware's memory to frame @to of the hole. */
void memory_move(uint64_t from, uint64_t to);

/** Access any memory as a processor does: where there is nothing, all bits are 1, and what is
 * written is lost. */
uint32_t memory_read32(const void *address);
void memory_write32(void *address, uint32_t value);

#endif
