/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Drives of SeaBIOS for the disks of the Xen core that are not emulated as well.
 */
#ifndef SEABIOS_DRIVE_H
#define SEABIOS_DRIVE_H

#include "block.h" // struct disk_op_s

struct disk;

/* Behind all types that SeaBIOS has, so that PV-only disks come after the emulated ones. */
#define DTYPE_XENPV 0xa0

/** POST: give a disk a drive. @order: among all disks. */
void drive_register(struct disk *disk, unsigned order);

/**
 * Run a request of int13 on one of our drives, in 32-bit flat mode.
 *
 * Return: a DISK_RET_* status. On error op->count is what SeaBIOS' own drivers leave in it.
 */
int xenpv_process_op_32(struct disk_op_s *op);

#endif
