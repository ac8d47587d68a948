/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The RSDP, from which ACPI's tables are found. Source: Advanced Configuration and Power Interface
 * Specification 6.2, chapter 5.2.5.3.
 */
#ifndef PVH_RSDP_H
#define PVH_RSDP_H

#include <stdbool.h>

/** The bytes of an RSDP that has an XSDT. */
#define RSDP_BYTES 36u

/** Return: whether the RSDP_BYTES bytes at @rsdp are an RSDP with an XSDT, and its sums are right.
 */
bool rsdp_is_good(const void *rsdp);

#endif
