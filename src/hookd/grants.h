/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Ending what a guest's firmware has granted, from outside: in the guest's grant table itself. */
#ifndef HOOKD_GRANTS_H
#define HOOKD_GRANTS_H

#include "mark.h"
#include "xen.h"

/**
 * End those grants of a mark that domain `backend` has and does not use.
 * @return the number that could not be ended because it uses them; -1 with errno if the table
 *         cannot be mapped, or is the operating system's (version 2) already.
 */
int grants_end(const struct xen *xen, uint32_t domid, uint32_t backend, const struct mark *mark);

#endif
