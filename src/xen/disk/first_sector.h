/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the first sector of a disk says of the geometry (CHS) for which the disk was partitioned or
 * formatted.
 */
#ifndef XEN_FIRST_SECTOR_H
#define XEN_FIRST_SECTOR_H

#include <stdbool.h>
#include <stdint.h>

/** Where a geometry comes from. */
enum chs_source {
    CHS_UNKNOWN,   /* the sector has none, or was not read */
    CHS_PARTITION, /* a partition table */
    CHS_VOLUME,    /* the BIOS parameter block of a FAT volume that fills the disk */
};

struct chs_hint {
    enum chs_source source;
    uint16_t heads;   /* 1 to 256; 1 to 255 of a volume */
    uint16_t sectors; /* per track: 1 to 63 */
};

/**
 * Parse the first sector. @sector: a private copy of its 512 bytes; anything may be in it.
 * @disk_sectors: the size of the disk.
 *
 * The rule for partition tables is that of QEMU's emulated IDE disk (hw/block/hd-geometry.c): the
 * first entry that is in use ends with a cylinder. A FAT volume counts first, unless all four
 * entries are partitions on this disk or empty: where it has its boot code, QEMU may read a
 * partition.
 *
 * Return: the geometry; its source is CHS_UNKNOWN if there is none.
 */
struct chs_hint first_sector_parse(const uint8_t *sector, uint64_t disk_sectors);

/** Check whether @sector, of 512 bytes, ends with the signature of a boot sector. */
bool first_sector_is_bootable(const uint8_t *sector);

#endif
