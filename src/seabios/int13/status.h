/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The status of int13 for the errors of the Xen core.
 */
#ifndef SEABIOS_STATUS_H
#define SEABIOS_STATUS_H

/** No medium in the drive. Source: T13 BIOS Enhanced Disk Drive Specification. SeaBIOS has no name
 * for it. */
#define INT13_NO_MEDIUM 0x31

/** Return the status of int13 for an error of the core. */
int int13_status(int error);

#endif
