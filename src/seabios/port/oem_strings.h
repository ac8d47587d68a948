/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The OEM strings of an SMBIOS table: words from who has configured the machine. hvmloader makes
 * the table and takes them from the guest's configuration.
 * Source: System Management BIOS Reference Specification, 6.1 and 7.12.
 *
 * Knows nothing of SeaBIOS, so that the host's tests can have it.
 */
#ifndef SEABIOS_OEM_STRINGS_H
#define SEABIOS_OEM_STRINGS_H

#include <stdint.h>

/**
 * Find an OEM string.
 *
 * @table: the structure table, of @bytes bytes; a structure that does not end within them, and all
 * behind it, is not looked at. @number: of the string, from 1 on, through all structures of type
 * 11. Return: it, in the table; NULL if there are not so many.
 */
const char *oem_string(const void *table, uint32_t bytes, unsigned number);

#endif
