/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Drives of SeaBIOS for the disks of the Xen core.
 */
#ifndef SEABIOS_DRIVE_H
#define SEABIOS_DRIVE_H

#include "block.h" // struct disk_op_s

/* Behind all types that SeaBIOS has, so that PV-only disks come after the emulated ones. */
#define DTYPE_XENPV 0xa0

/** POST: find the PV-only disks, connect them and register a drive for each. */
void xenpv_drives_setup(void);

/**
 * Run a request of int13 on one of our drives, in 32-bit flat mode.
 *
 * Return: a DISK_RET_* status. On error op->count is what SeaBIOS' own drivers leave in it.
 */
int xenpv_process_op_32(struct disk_op_s *op);

/**
 * Close all our disks, in 32-bit flat mode: what comes next has drivers of its own, or none.
 *
 * The next request of int13 opens its disk again. @brief_calls: as many requests to each disk close
 * it again when they are done; who asks more often is not about to leave the BIOS. Return: 0.
 */
int xenpv_close_all_32(u32 brief_calls);

#endif
