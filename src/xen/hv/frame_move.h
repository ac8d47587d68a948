/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Move a page of the guest's memory to another place.
 */
#ifndef XEN_FRAME_MOVE_H
#define XEN_FRAME_MOVE_H

#include <stdint.h>

/**
 * Move the page at guest frame @from to guest frame @to, which has none (XENMAPSPACE_gmfn of
 * xen/memory.h). @from has none afterwards. The guest's number of pages stays the same.
 *
 * Return: 0, or Xen's error, which is in the log.
 */
int frame_move(uint32_t from, uint32_t to);

#endif
