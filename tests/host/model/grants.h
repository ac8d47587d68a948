/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The grant table as Xen keeps it: what another domain may map, and what it has mapped.
 */
#ifndef MODEL_GRANTS_H
#define MODEL_GRANTS_H

#include <stdbool.h>
#include <stdint.h>

/** Nothing is mapped, as at the start and after a restore. */
void grants_reset(void);

/**
 * Map the frame of a grant for domain @domid.
 *
 * Return: the model's view of the frame; NULL when Xen would refuse. A grant of a frame that is
 * not the firmware's to give fails the test.
 */
void *grants_map(uint16_t domid, uint32_t reference, bool write);

/** Undo one grants_map. */
void grants_unmap(uint32_t reference, bool write);

/** Entries that give access to something. */
unsigned grants_given(void);

/** Entries that give access and are mapped. */
unsigned grants_mapped(void);

/** What was written to the pages that are granted, but for the one of @reference, does not come
 * with the guest that is moved: a page that is kept mapped is written without Xen's noting it. */
void grants_leave_behind(uint32_t reference);

#endif
