/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The time of day, as Xen keeps it for this domain.
 */
#ifndef XEN_WALL_CLOCK_H
#define XEN_WALL_CLOCK_H

#include <stdint.h>

/**
 * Read the wall clock: the shared page of xen/xen.h is mapped for a moment.
 *
 * An operating system finds the page where it maps it itself, later. So this must not be called
 * when one may run.
 *
 * *@seconds: the seconds since the beginning of 1970, UTC; *@nanoseconds, unless NULL: what has
 * passed of the next one. Return: 0 with both set, or an error, which is in the log.
 */
int wall_clock_read(uint64_t *seconds, uint32_t *nanoseconds);

#endif
