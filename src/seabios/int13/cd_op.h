/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The requests of int13, and of SeaBIOS' boot from a CD, to a PV CD-ROM drive.
 */
#ifndef SEABIOS_CD_OP_H
#define SEABIOS_CD_OP_H

#include "block.h" // struct disk_op_s

struct disk;

/** Number of sectors of 512 bytes in a block of a CD-ROM. */
#define CD_BLOCK_SECTORS (CDROM_SECTOR_SIZE / DISK_SECTOR_SIZE)

/** A command of our own: has the medium changed since the last call, or that of an emulated drive
 * since its last command? No command of SeaBIOS' has this number. */
#define XENPV_CMD_MEDIUM 0x7e

/** Read blocks of 2048 bytes over PV, in 32-bit flat mode. Return: as disks_read. */
int cd_read(struct disk *disk, const struct disk_op_s *op);

/**
 * Serve a request to a drive, in blocks of 2048 bytes, in 32-bit flat mode. Return: a DISK_RET_*
 * status. The first request after a change of the medium fails with DISK_RET_ECHANGED.
 */
int cd_process_op(struct disk *disk, struct disk_op_s *op);

#endif
