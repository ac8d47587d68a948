/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Map frames that belong to Xen into the guest: the grant table, the shared page.
 *
 * They are mapped in the megabyte at 0xfe700000, which Xen keeps free of devices and hvmloader
 * marks as reserved. Mapped over RAM, they would cost the page that was there.
 */
#ifndef XEN_SPECIAL_FRAMES_H
#define XEN_SPECIAL_FRAMES_H

#include <stdint.h>

/** First frame of the window, and the number of frames that the core uses. */
#define SPECIAL_FRAMES_FIRST 0xfe700u
#define SPECIAL_FRAMES_COUNT 16u

/** Slots in the window. */
#define SPECIAL_FRAME_GRANT_TABLE 0u
#define SPECIAL_FRAME_SHARED_INFO 15u

/**
 * Map a frame of Xen's.
 *
 * @space: XENMAPSPACE_* of xen/memory.h; @index: which frame of that space; @slot: where in the
 * window. Return: 0 with *@address set; -XEN_EINVAL for a slot outside the window; or Xen's error.
 */
int special_frame_map(unsigned space, uint32_t index, uint32_t slot, void **address);

/** Unmap the frame in @slot. Return: 0 or Xen's error, -XEN_ENOENT if nothing is mapped there. */
int special_frame_unmap(uint32_t slot);

#endif
