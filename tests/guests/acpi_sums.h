/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The ACPI tables as an operating system finds them on a PC: from the RSDP in the EBDA or between
 * E0000h and FFFFFh. Source: Advanced Configuration and Power Interface Specification 6.2, chapters
 * 5.2.5 to 5.2.9.
 */
#ifndef ACPI_SUMS_H
#define ACPI_SUMS_H

/**
 * Check that there is one RSDP, that the checksums of RSDP, XSDT and all tables below them are
 * right, and that there are a FADT with a DSDT, and a MADT. Print "acpi SIGNATURE BYTES" for each
 * table.
 */
void acpi_sums_check(void);

#endif
