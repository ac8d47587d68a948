/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* End the grants of a guest's firmware from outside, in the guest's grant table. */
#ifndef HOOKD_GRANTS_H
#define HOOKD_GRANTS_H

#include "mark.h"
#include "xen.h"

/**
 * End the grants of a mark that domain @backend has and does not use.
 *
 * Return: the number of grants that @backend still uses; -1 with errno if the table cannot be
 * mapped, or has version 2, which only an operating system sets.
 */
int grants_end(const struct xen *xen, uint32_t domid, uint32_t backend, const struct mark *mark);

#endif
