/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A twin is a disk that the toolstack provides twice: as a PV disk and as an emulated disk.
 * SeaBIOS' drive for the emulated disk stays as it is, but PV serves what int13 reads and writes,
 * from the first sector on. Once PV has failed or something else has driven the emulated disk, the
 * emulated disk serves the rest until the next reset.
 *
 * twin_policy.h decides; twin_table.h has the state that 16-bit code shares; twin.c pairs the disks
 * in POST and serves requests; foreign_access.h detects whether anything else drives the emulated
 * disk; seam/block.c routes each request. cd_twin.h has what is different for a CD-ROM drive.
 */
#ifndef SEABIOS_TWIN_H
#define SEABIOS_TWIN_H

#include "block.h" // struct disk_op_s
#include "twin_table.h"
#include "xen/blk/vdev.h"

/* QEMU's "ahci" is an Intel ICH9. */
#define QEMU_AHCI_DEVICE_ID 0x2922

struct disk;

/** The location of an emulated drive, and the register that foreign_access.h watches. */
struct twin_location {
    enum vdev_controller controller;
    u32 unit;
    u32 watched_register;
};

/** POST: find the location of SeaBIOS' drive @drive. Return: false for one that QEMU does not
 * emulate, as far as it is known. */
bool twin_locate(struct drive_s *drive, struct twin_location *location);

/** POST: let a PV disk serve SeaBIOS' drive @drive, in @state. Return: its index in XenpvTwins. */
u8 twin_add(struct drive_s *drive, struct disk *disk, enum twin_state state);

/**
 * POST, once SeaBIOS knows all of its drives: choose the final role of a disk. A disk that does not
 * match its emulated drive is left to that drive.
 */
void twin_choose(struct disk *disk);

/** POST: let a PV disk serve the drive of its emulated disk. */
void twin_pair(struct disk *disk);

/** POST: for a PV disk that is not usable, leave its emulated drive, if there is one, to SeaBIOS.
 */
void twin_without_pv(struct disk *disk);

/** POST: return SeaBIOS' own hard disk for a disk that is emulated as well; NULL if there is none.
 */
struct drive_s *twin_drive(const struct disk *disk);

/** Return the PV disk that serves SeaBIOS' drive @drive; NULL if none does. In 32-bit flat mode. */
struct disk *twin_disk(struct drive_s *drive);

/** Close the PV disks of twins that have fallen back (TWIN_CLOSING), and of those with a lost
 * write, which is refused from then on (TWIN_REFUSED). In 32-bit flat mode. */
void twin_close_pending(void);

/* Return values of xenpv_twin_op_32 besides a status of int13. */
#define TWIN_ASK_EMULATED 0x100 /* the emulated disk must serve the request */
#define TWIN_NO_32BIT     0x101 /* for call32: it could not be called */

/** Serve a request (read, write, reset) to the drive of a twin, in 32-bit flat mode; or ask an
 * emulated CD-ROM drive for another medium (XENPV_CMD_MEDIUM), which ends PV if there is one. */
int xenpv_twin_op_32(struct disk_op_s *op);

#endif
