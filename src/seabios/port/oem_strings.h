/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The OEM strings of an SMBIOS table, by which a machine's configuration passes text to its
 * firmware. hvmloader makes the table from the guest's configuration. Source: System Management
 * BIOS Reference Specification, 6.1 and 7.12.
 *
 * Knows nothing of SeaBIOS, so the host tests can use it.
 */
#ifndef SEABIOS_OEM_STRINGS_H
#define SEABIOS_OEM_STRINGS_H

#include <stdint.h>

/**
 * Find an OEM string.
 *
 * @table: the structure table, of @bytes bytes; a structure that does not end within them is
 * ignored, with everything behind it. @number: of the string, counted from 1, across all structures
 * of type 11. Return: the string, in the table; NULL if there are fewer.
 */
const char *oem_string(const void *table, uint32_t bytes, unsigned number);

#endif
