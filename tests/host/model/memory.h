/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The guest's physical memory.
 *
 * It is mapped twice. The firmware's view is the one that platform.h hands out: what the firmware
 * has not allocated there is poisoned, and any access to it ends the test. The model's own view is
 * only reached by frame number, so that a backend has to name what it touches.
 */
#ifndef MODEL_MEMORY_H
#define MODEL_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/** Frames that Xen and hvmloader put where they are on a real machine. */
#define MEMORY_STORE_FRAME 0xfeffcu

/** Frames of Xen's own that a guest can have mapped: the grant table. */
#define MEMORY_GRANT_FRAMES 4u

void memory_reset(void);

/**
 * What a restore does: the grant table and the xenstore page are new, and no special frame is
 * mapped. Reads of where they were give all ones; the firmware is not to write there.
 */
void memory_restore(void);

/** Let the allocation after the next @count ones fail, and all after it. */
void memory_fail_after(unsigned count);

/** The model's view of a guest frame. NULL: there is no memory at this frame. */
void *memory_frame(uint64_t frame);

/** Whether the firmware has allocated all of the frame, so that it may grant it. */
bool memory_is_reserved(uint64_t frame);

/** Keep the firmware away from a frame from now on, or let it back. */
void memory_forbid(uint64_t frame, bool forbid);

/** The model's view of a frame of the grant table. */
void *memory_grant_frame(uint32_t index);

/** Make a frame of the grant table visible at guest frame @gfn, or nothing at all. */
void memory_map_grant_frame(uint32_t index, uint64_t gfn);
void memory_unmap_special(uint64_t gfn);

/** Whether the guest frame is in the window that is kept free for special frames. */
bool memory_is_special(uint64_t gfn);

/** Whether anything is mapped at this frame of the window, and at how many. */
bool memory_special_is_mapped(uint64_t gfn);
unsigned memory_specials_mapped(void);

#endif
