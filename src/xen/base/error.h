/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The core's only kind of error: 0, or the negative of an errno of xen/errno.h. Hypercalls return
 * that number; xenstored sends its name.
 */
#ifndef XEN_ERROR_H
#define XEN_ERROR_H

#include <stdint.h>

/** Return the name ("ENOENT") of an error, negative or positive; "unknown error" for a number that
 * xen/errno.h lacks. */
const char *error_name(long error);

/**
 * Return the (negative) error with the given name, as xenstored sends it.
 *
 * @name: @length bytes, not terminated. Return: -XEN_EIO for a name that xen/errno.h lacks.
 */
int error_from_name(const char *name, uint32_t length);

#endif
