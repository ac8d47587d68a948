/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What only SeaBIOS knows of its own drives.
 */
#ifndef SEABIOS_DRIVES_H
#define SEABIOS_DRIVES_H

#include "block.h" // struct drive_s

#include <stdbool.h>

/** POST: return the hard disk after @drive in boot order, or the first one if @drive is NULL. */
struct drive_s *xenpv_next_hd(struct drive_s *drive);

/** The same for CD-ROM drives. */
struct drive_s *xenpv_next_cd(struct drive_s *drive);

/** POST: put @drive at @place, from 0 on, among the hard disks in boot order. Return: false if it
 * is at an earlier place, and stays there. */
bool xenpv_place_hd(struct drive_s *drive, unsigned place);

/** POST: have the BIOS boot from a CD-ROM drive too. Nothing is read from it. @description: a line
 * of the boot menu, or NULL. */
void xenpv_add_cd(struct drive_s *drive, const char *description);

/** Move the hard disk with the number 80h + @from to 80h + @to; those between move by one. */
void xenpv_move_hd(u8 from, u8 to);

/**
 * POST: return the target of a drive on an LSI 53C895A. @lun: set to its logical unit;
 * @script_port: set to the port of the controller's register "DMA SCRIPTS pointer".
 */
u32 xenpv_lsi_target(struct drive_s *drive, u32 *lun, u32 *script_port);

/** Serve a request by SeaBIOS' own driver, for a drive that PV serves as well. In 32-bit flat mode.
 */
int xenpv_emulated_op(struct disk_op_s *op);

#endif
