/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* End the grants of a guest's firmware from outside, in the guest's grant table. */
#ifndef HOOKD_GRANTS_H
#define HOOKD_GRANTS_H

#include "mark.h"
#include "xen.h"

/**
 * Check whether the guest's grant table still has the ring of a mark: its frame, granted to domain
 * @backend by the mark's first reference.
 *
 * Return: 1 or 0; -1 with errno if the table cannot be mapped, or has version 2, which only an
 * operating system sets.
 */
int grants_have_ring(const struct xen *xen, uint32_t domid, uint32_t backend,
                     const struct mark *mark);

/**
 * End the grants of a mark, except those that domain @backend still uses. An entry that has another
 * frame or domain than the firmware gave it is not touched.
 *
 * Return: the number of grants that @backend still uses; -1 with errno as above.
 */
int grants_end(const struct xen *xen, uint32_t domid, uint32_t backend, const struct mark *mark);

#endif
