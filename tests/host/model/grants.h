/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The grant table as Xen keeps it: what other domains may map, and what they have mapped.
 */
#ifndef MODEL_GRANTS_H
#define MODEL_GRANTS_H

#include <stdbool.h>
#include <stdint.h>

/** Set the state at the start and after a restore: nothing is mapped. */
void grants_reset(void);

/**
 * Map the frame of a grant for domain @domid.
 *
 * Return: the model's view of the frame; NULL if Xen would refuse. The test fails if the firmware
 * has granted a frame that it has not allocated.
 */
void *grants_map(uint16_t domid, uint32_t reference, bool write);

/** The entry of a reference, as the guest and Xen see it. */
struct grant_entry_v1 *grants_entry(uint32_t reference);

/** Undo one grants_map. */
void grants_unmap(uint32_t reference, bool write);

/** Number of entries that give access. */
unsigned grants_given(void);

/** Number of entries that give access and are mapped. */
unsigned grants_mapped(void);

/** Lose what was written to granted pages, except those for which @stays returns true, in a live
 *  migration: Xen does not log writes to a page that a backend keeps mapped. @page: the model's
 *  view of one. Several grants may name the same page. */
void grants_leave_behind(bool (*stays)(const void *page));

#endif
