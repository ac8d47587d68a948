/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS drives for the PV disks that are not emulated as well.
 */
#ifndef SEABIOS_DRIVE_H
#define SEABIOS_DRIVE_H

#include "block.h" // struct disk_op_s
#include "edd.h"
#include "geometry.h"

struct disk;

/* Beyond all types that SeaBIOS has, so that PV-only disks come after the emulated ones. */
#define DTYPE_XENPV 0xa0

/** One of our drives. 16-bit code reads it, so it is below 1 MiB. */
struct xenpv_drive {
    struct drive_s drive;
    struct disk *disk;
    struct edd_path edd;
};

/** The guest's options for these drives. */
struct drive_options {
    struct geometry_option geometry;
    bool
        native_sectors; /* a drive has sectors of the size of its disk's blocks, not of 512 bytes */
};

/** POST: register a drive for a disk. @order: the index of the disk. */
void drive_register(struct disk *disk, unsigned order, const struct drive_options *options);

/** POST: allocate a drive of @sectors blocks of @block_bytes for a disk. Return: NULL if there is
 * no memory below 1 MiB. */
struct drive_s *drive_alloc(struct disk *disk, unsigned order, u64 sectors, u16 block_bytes);

/** Return the disk of one of our drives; NULL for a drive of SeaBIOS' own. In 32-bit flat mode. */
struct disk *drive_disk(struct drive_s *drive);

/** Size of the longest description of a drive, with the terminating zero. */
#define DRIVE_DESCRIPTION_BYTES 64

/** Describe the drive of a disk to a person: "Xen PV disk xvde, 20 GiB, blkback". @text: gets it.
 */
void drive_describe(const struct disk *disk, char text[DRIVE_DESCRIPTION_BYTES]);

/**
 * Serve a request of int13 to one of our drives, in 32-bit flat mode.
 *
 * Return: a DISK_RET_* status. On error op->count is as SeaBIOS' own drivers leave it.
 */
int xenpv_process_op_32(struct disk_op_s *op);

#endif
