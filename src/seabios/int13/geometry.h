/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The geometry (CHS) of the drives of PV-only disks. Knows nothing of SeaBIOS or of the protocol,
 * so the host tests run it as it is.
 *
 * A drive has the geometry that SeaBIOS gives to QEMU's emulated IDE disk with the same image, as
 * QEMU guesses it (hw/block/hd-geometry.c). Only where a FAT volume fills the disk, which QEMU does
 * not look for, or the guest's option sets heads and sectors, it has those.
 */
#ifndef SEABIOS_GEOMETRY_H
#define SEABIOS_GEOMETRY_H

#include "xen/disk/first_sector.h"

#include <stdbool.h>

struct chs {
    uint16_t cylinders, heads, sectors;
};

struct geometry {
    struct chs physical; /* of function 48h: as the identification of an ATA disk has it */
    struct chs logical;  /* of function 08h and of the transfers by CHS: at most 1024 cylinders */
};

/** The guest's option "geometry". */
enum geometry_mode {
    GEOMETRY_AUTO, /* from the first sector, or from the size if that has none */
    GEOMETRY_LBA,  /* from the size alone */
    GEOMETRY_SET,  /* heads and sectors are given */
};

struct geometry_option {
    enum geometry_mode mode;
    uint16_t heads, sectors;
};

/** Parse a value of the option, "auto", "lba", or HEADSxSECTORS with 1 to 255 heads and 1 to 63
 * sectors; a guest_option_parser. @option: a struct geometry_option, set only if it is valid. */
bool geometry_option_parse(const char *value, void *option);

/** Choose the geometry of a disk of @disk_sectors sectors with this first sector. */
struct geometry geometry_choose(const struct geometry_option *option, const struct chs_hint *hint,
                                uint64_t disk_sectors);

/** Return what the geometry comes from, for the log. */
const char *geometry_source(const struct geometry_option *option, const struct chs_hint *hint);

#endif
