/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * POST: set up the PV disks and their drives.
 */
#ifndef SEABIOS_DRIVES_SETUP_H
#define SEABIOS_DRIVES_SETUP_H

/**
 * POST, after SeaBIOS' own drivers: find the PV disks, connect them, and register a drive for each
 * that is not emulated as well. Return: 1 if the ACPI tables must notify the daemon in dom0 when an
 * operating system starts, else 0.
 */
int xenpv_drives_setup(void);

/** POST, after xenpv_drives_setup: return 1 if a PV disk serves any drive, else 0. */
int xenpv_drives_exist(void);

#endif
