/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Drives on an LSI 53C895A. */
#ifndef FAKE_LSI_SCSI_H
#define FAKE_LSI_SCSI_H

#include "types.h"

struct drive_s;

#define LSI_REG_DSP0 0x2c

/* Only in the fake: make a drive at @target and @lun of the controller with its ports at
 * @iobase. */
struct drive_s *lsi_drive_make(u32 iobase, u8 target, u8 lun);

#endif
