/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The ACPI device that tells the daemon in dom0 that an operating system is starting.
 */
#ifndef SEABIOS_ACPI_DEVICE_H
#define SEABIOS_ACPI_DEVICE_H

/** POST, after SeaBIOS has adopted hvmloader's tables: add the device of acpi_device.asl. */
void xenpv_acpi_setup(void);

#endif
