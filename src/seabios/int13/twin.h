/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Twins: disks that the toolstack offers as PV disks and emulates as well. SeaBIOS' drive for the
 * emulated disk stays as it is; PV serves what int13 reads from it and writes to it, from the first
 * sector on. When that is over it is over until the next reset: the emulated disk serves the rest.
 *
 * twin_policy.h decides; twin_table.h is what 16-bit code knows of them; twin.c pairs them in POST
 * and serves them; foreign_access.h sees whether somebody else drives the emulated disk;
 * seam/block.c decides which way a request goes.
 */
#ifndef SEABIOS_TWIN_H
#define SEABIOS_TWIN_H

#include "block.h" // struct disk_op_s

/* QEMU's "ahci" is an Intel ICH9. */
#define QEMU_AHCI_DEVICE_ID 0x2922

struct disk;

/**
 * POST, when SeaBIOS knows all of its drives: choose the role of a disk. One that turns out not to
 * be what its emulated twin is, is left to that.
 */
void twin_choose(struct disk *disk);

/** POST: have a disk that is emulated as well serve the drive of its twin. */
void twin_pair(struct disk *disk);

/** POST: say of a PV disk that does not work that its emulated twin is there, if it is. */
void twin_without_pv(struct disk *disk);

/** Close the PV disks of twins that were left. In 32-bit flat mode. */
void twin_close_pending(void);

/* What xenpv_twin_op_32 may return besides a status of int13. */
#define TWIN_ASK_EMULATED 0x100 /* the emulated disk is to serve the request */
#define TWIN_NO_32BIT     0x101 /* for call32: it could not be called */

/** Serve a request (read, write, reset) to the drive of a twin, in 32-bit flat mode. */
int xenpv_twin_op_32(struct disk_op_s *op);

#endif
