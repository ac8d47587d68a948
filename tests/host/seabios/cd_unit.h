/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The emulated CD-ROM drive of the tests: its sizes, and its place on the IDE controller. */
#ifndef HOST_CD_UNIT_H
#define HOST_CD_UNIT_H

#include "seabios/int13/cd_op.h"

#define BLOCK_SECTORS (CDROM_SECTOR_SIZE / DISK_SECTOR_SIZE)
#define BLOCKS        (WORLD_DISK_SECTORS / BLOCK_SECTORS)
#define BLOCKS_MAX    (SECTORS_MAX / BLOCK_SECTORS)
#define HDC           (22u << 8)
#define HDD           (22u << 8 | 1 << 6)
#define UNIT          2u

#endif
