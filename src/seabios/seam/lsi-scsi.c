/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' lsi-scsi.c, with access to what only it knows of a drive.
 */
#include "src/hw/lsi-scsi.c"

#include "seabios/int13/drives.h"

u32 xenpv_lsi_target(struct drive_s *drive, u32 *lun, u32 *script_port)
{
    struct lsi_lun_s *unit = container_of(drive, struct lsi_lun_s, drive);

    *lun = unit->lun;
    *script_port = unit->iobase + LSI_REG_DSP0;
    return unit->target;
}
