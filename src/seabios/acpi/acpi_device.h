/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The device in the ACPI tables that tells the hook in dom0 of an operating system that starts.
 */
#ifndef SEABIOS_ACPI_DEVICE_H
#define SEABIOS_ACPI_DEVICE_H

/** POST, after SeaBIOS has taken over hvmloader's tables: add the device of acpi_device.asl. */
void xenpv_acpi_setup(void);

#endif
