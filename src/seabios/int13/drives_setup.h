/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * POST: the PV disks and their drives.
 */
#ifndef SEABIOS_DRIVES_SETUP_H
#define SEABIOS_DRIVES_SETUP_H

/**
 * POST, after SeaBIOS' own drivers: find the PV disks, connect them, and register a drive for each
 * that has none by its emulated twin. Return: 1 if the hook in dom0 has to be told when an
 * operating system starts, else 0.
 */
int xenpv_drives_setup(void);

/** POST, after that: 1 if any drive is served by a PV disk, else 0. */
int xenpv_drives_exist(void);

#endif
