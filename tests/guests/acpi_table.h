/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The table that the firmware adds to the ACPI tables, run as an operating system's interpreter
 * runs it. Source: Advanced Configuration and Power Interface Specification 6.2, chapter 20.2.
 *
 * Knows no more of AML than this table needs, and reports whatever else it finds.
 */
#ifndef ACPI_TABLE_H
#define ACPI_TABLE_H

/**
 * Find the table as an operating system does, from the RSDP on, and execute a part of it: its
 * method @name (four characters), or, if @name is NULL, the code outside of methods, which runs
 * when the table is loaded. A check fails if there is no table, or it does not write to its port.
 */
void acpi_table_run(const char *name);

#endif
