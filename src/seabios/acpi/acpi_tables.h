/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Add a table to the ACPI tables that hvmloader made. Source: Advanced Configuration and Power
 * Interface Specification, chapter 5.2.
 *
 * Knows nothing of SeaBIOS except the port in platform.h, so the host tests can use it.
 */
#ifndef SEABIOS_ACPI_TABLES_H
#define SEABIOS_ACPI_TABLES_H

#include <stdint.h>

/** "System Description Table Header": the beginning of every table. */
struct acpi_header {
    char signature[4];
    uint32_t length;
    uint8_t revision;
    uint8_t checksum;
    char oem_id[6];
    char oem_table_id[8];
    uint32_t oem_revision;
    char creator_id[4];
    uint32_t creator_revision;
} __attribute__((packed));

/** "Root System Description Pointer". With revision 0 it ends before @length. */
struct acpi_rsdp {
    char signature[8];
    uint8_t checksum;
    char oem_id[6];
    uint8_t revision;
    uint32_t rsdt;
    uint32_t length;
    uint64_t xsdt;
    uint8_t extended_checksum;
    uint8_t reserved[3];
} __attribute__((packed));

_Static_assert(sizeof(struct acpi_header) == 36, "ACPI 5.2.6");
_Static_assert(sizeof(struct acpi_rsdp) == 36, "ACPI 5.2.5.3");

/**
 * Add @table (complete, with its header) to the tables of @rsdp: copy the RSDT, and the XSDT if
 * there is one, to reserved memory with the new entry, and point @rsdp at the copies.
 *
 * Only valid in POST. Return: the number of root tables that have it, 1 or 2; or 0 if something is
 * invalid: the log says what, and nothing has changed.
 */
unsigned acpi_tables_add(struct acpi_rsdp *rsdp, const struct acpi_header *table);

#endif
