/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small lsi-scsi.c: what it knows of a drive. */
#include "hw/lsi-scsi.h"

#include "block.h"
#include "malloc.h"

struct lsi_lun_s {
    struct drive_s drive;
    u32 iobase;
    u8 target, lun;
};

struct drive_s *lsi_drive_make(u32 iobase, u8 target, u8 lun)
{
    struct lsi_lun_s *unit = malloc_low(sizeof(*unit));

    unit->iobase = iobase;
    unit->target = target;
    unit->lun = lun;
    return &unit->drive;
}
