/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The BIOS data area: the names of SeaBIOS' std/bda.h. */
#ifndef FAKE_STD_BDA_H
#define FAKE_STD_BDA_H

#include "types.h"

#define SEG_BDA 0x0040

struct bios_data_area_s {
    u8 before[0x74];
    u8 disk_last_status;
} PACKED;

#endif
