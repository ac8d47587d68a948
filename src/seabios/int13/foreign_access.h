/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Detect whether anything but the BIOS has driven the emulated disk of a twin (twin.h): an
 * operating system with a driver of its own that has gone back to int13. Each kind of controller
 * has a register that such a driver inevitably changes:
 *
 *   IDE   bits 8 to 23 of a sector number, or a CD-ROM's count of bytes, which every command
 *         overwrites; they are set to a mark
 *   AHCI  the address of the port's command list, which must be the driver's own
 *   LSI   the address of the last script that was run
 *
 * Each request to a twin reads one register: one exit to QEMU.
 */
#ifndef SEABIOS_FOREIGN_ACCESS_H
#define SEABIOS_FOREIGN_ACCESS_H

#include "block.h" // struct drive_s

/** Begin to watch the emulated disk of twin @index. @at: the address of its register: a port, or
 * for AHCI a memory address. */
void foreign_access_watch(int index, u32 at);

/** Check whether anything else has driven the emulated disk of twin @index. */
int foreign_access_detected(int index);

/*
 * Before and after SeaBIOS drives @drive_fl itself: make the twins fall back whose emulated disk
 * something else has driven, then watch the registers again as the command left them.
 */
void foreign_access_before(struct drive_s *drive_fl);
void foreign_access_after(struct drive_s *drive_fl);

/** Return the next twin, from index @from on, that is a CD-ROM drive and may be reset by a reset of
 * @drive_fl; -1 if there is no other. */
int foreign_access_next_cd(int from, struct drive_s *drive_fl);

/** After a reset of @drive_fl by SeaBIOS, which may take a report of another medium away: compare
 * the CD-ROMs on its channel again. */
void foreign_access_note_reset(struct drive_s *drive_fl);

#endif
