/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What only SeaBIOS knows of its own drives.
 */
#ifndef SEABIOS_DRIVES_H
#define SEABIOS_DRIVES_H

#include "block.h" // struct drive_s

/** POST: return the hard disk after @drive in boot order, or the first one if @drive is NULL. */
struct drive_s *xenpv_next_hd(struct drive_s *drive);

/**
 * POST: return the target of a drive on an LSI 53C895A. @lun: set to its logical unit;
 * @script_port: set to the port of the controller's register "DMA SCRIPTS pointer".
 */
u32 xenpv_lsi_target(struct drive_s *drive, u32 *lun, u32 *script_port);

#endif
