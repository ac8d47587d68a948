/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The Xen core, which the console and the disks share.
 */
#ifndef SEABIOS_XEN_CORE_H
#define SEABIOS_XEN_CORE_H

struct core;

/**
 * POST: return the core; the first call sets it up.
 *
 * *@error: 0, or why there is none: -XEN_ENODEV if this is not a Xen guest, or an error that is in
 * the log. Return: NULL after an error.
 */
struct core *xenpv_core(int *error);

#endif
