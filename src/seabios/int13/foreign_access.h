/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Whether somebody but the BIOS has driven the emulated disk of a twin: an operating system with a
 * driver of its own, that has gone back to int13. Each kind of controller has a register that such
 * a driver cannot but change:
 *
 *   IDE   bits 8 to 23 of a sector number, which no command leaves alone; they are given a value
 *   AHCI  the address of the port's command list, which has to be the driver's own
 *   LSI   the address of the script that was run last
 *
 * One register is read for each request to a twin: one exit to QEMU.
 */
#ifndef SEABIOS_FOREIGN_ACCESS_H
#define SEABIOS_FOREIGN_ACCESS_H

#include "block.h" // struct drive_s

/** Begin for the twin at @index, whose register is at @at: a port, on AHCI an address. */
void foreign_access_watch(int index, u32 at);

/** Whether the emulated disk of the twin at @index was touched. */
int foreign_access_detected(int index);

/*
 * Before and after SeaBIOS drives @drive_fl itself: leave the twins that somebody else has touched
 * before; what the command does to the registers is not to count.
 */
void foreign_access_before(struct drive_s *drive_fl);
void foreign_access_after(struct drive_s *drive_fl);

#endif
