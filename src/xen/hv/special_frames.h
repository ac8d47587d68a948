/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Frames that belong to Xen and are made visible to the guest: the grant table.
 *
 * They are put into the megabyte at 0xfe700000, which Xen keeps out of the way of devices and
 * hvmloader marks reserved. Over RAM they would cost the page that was there.
 */
#ifndef XEN_SPECIAL_FRAMES_H
#define XEN_SPECIAL_FRAMES_H

#include <stdint.h>

/** First frame of the window, and how many the core takes. */
#define SPECIAL_FRAMES_FIRST 0xfe700u
#define SPECIAL_FRAMES_COUNT 16u

/** Slots in the window. */
#define SPECIAL_FRAME_GRANT_TABLE 0u

/**
 * Make a frame of Xen's visible.
 *
 * @space: XENMAPSPACE_* of xen/memory.h; @index: which frame of that space; @slot: where in the
 * window. Return: 0 with *@address set; -XEN_EINVAL for a slot outside; or Xen's error.
 */
int special_frame_map(unsigned space, uint32_t index, uint32_t slot, void **address);

/** Take a frame out of the window again. Return: 0; Xen's error, -XEN_ENOENT if it is not there. */
int special_frame_unmap(uint32_t slot);

#endif
