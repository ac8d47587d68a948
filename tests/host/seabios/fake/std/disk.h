/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The interface of int13: the names of SeaBIOS' std/disk.h. */
#ifndef FAKE_STD_DISK_H
#define FAKE_STD_DISK_H

#include "types.h"

enum {
    DISK_RET_SUCCESS = 0x00,
    DISK_RET_EPARAM = 0x01,
    DISK_RET_EWRITEPROTECT = 0x03,
    DISK_RET_ECHANGED = 0x06,
    DISK_RET_EBOUNDARY = 0x09,
    DISK_RET_EBADTRACK = 0x0c,
    DISK_RET_ECONTROLLER = 0x20,
    DISK_RET_ETIMEOUT = 0x80,
    DISK_RET_ENOTREADY = 0xaa,
};

/* A device address packet. */
struct int13ext_s {
    u8 size, reserved;
    u16 count;
    struct segoff_s data;
    u64 lba;
} PACKED;

/* The table of function 48h: EDD 1.x up to the size of a sector, 2.x up to the DPTE, and the two
 * forms of 3.0. */
struct int13dpt_s {
    u16 size, infos;
    u32 cylinders, heads, spt;
    u64 sector_count;
    u16 blksize;
    struct segoff_s dpte;
    u16 key;
    u8 dpi_length, reserved1;
    u16 reserved2;
    u8 host_bus[4], iface_type[8];
    u64 iface_path;
    union {
        struct {
            u64 device_path;
            u8 reserved3, checksum;
        } PACKED phoenix;
        struct {
            u64 device_path[2];
            u8 reserved3, checksum;
        } PACKED t13;
    };
} PACKED;

_Static_assert(sizeof(struct int13dpt_s) == 74, "the size of EDD 3.0's table");

/* A boot sector. */
#define MBR_SIGNATURE 0xaa55

struct mbr_s {
    u8 code[510];
    u16 signature;
} PACKED;

/* What a bootable CD emulates; media is 0 if it emulates nothing. */
struct eltorito_s {
    u8 media;
    u8 emulated_drive;
};

#endif
