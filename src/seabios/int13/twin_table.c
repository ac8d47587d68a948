/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "twin_table.h"

#include "biosvar.h" // GET_LOW
#include "config.h"  // CONFIG_XENPV_LOG_LEVEL
#include "output.h"  // dprintf

struct twin XenpvTwins[BUILD_MAX_EXTDRIVE] VARLOW;
u8 XenpvTwinCount VARLOW;
u8 XenpvCdErrors VARLOW;
u8 XenpvCdAsked VARLOW;

/* SeaBIOS refuses a larger request without asking the drive. */
#define CD_BLOCKS_MAX (64 * 1024 / CDROM_SECTOR_SIZE)

int twin_find(struct drive_s *drive_fl)
{
    for (int i = 0; i < GET_LOW(XenpvTwinCount); i++)
        if (GET_LOW(XenpvTwins[i].drive) == drive_fl)
            return i;
    return -1;
}

/* Return the number that int13 has for a drive. */
static u8 twin_number(struct drive_s *drive_fl)
{
    int is_cd = GET_FLATPTR(drive_fl->type) == DTYPE_ATA_ATAPI;
    u8 number = 0;

    while (number < BUILD_MAX_EXTDRIVE &&
           getDrive(is_cd ? EXTTYPE_CD : EXTTYPE_HD, number) != drive_fl)
        number++;
    return (is_cd ? EXTSTART_CD : EXTSTART_HD) + number;
}

void twin_fall_back(int index, const char *why)
{
    SET_LOW(XenpvTwins[index].state, TWIN_CLOSING);
    if (CONFIG_XENPV_LOG_LEVEL)
        dprintf(1, "xenpv: drive %x: served by the emulated disk from now on: %s\n",
                twin_number(GET_LOW(XenpvTwins[index].drive)), why);
}

void twin_note_write(int index)
{
    if (GET_LOW(XenpvTwins[index].state) != TWIN_UNPAIRED)
        return;
    SET_LOW(XenpvTwins[index].state, TWIN_EMULATED);
    if (CONFIG_XENPV_LOG_LEVEL)
        dprintf(1, "xenpv: drive %x: was written to; a PV driver may not see the data\n",
                twin_number(GET_LOW(XenpvTwins[index].drive)));
}

int twin_is_cd_command(struct disk_op_s *op)
{
    return GET_FLATPTR(op->drive_fl->type) == DTYPE_ATA_ATAPI &&
           (op->command == CMD_READ || op->command == CMD_SCSI) && op->count <= CD_BLOCKS_MAX;
}

void twin_note_cd_error(struct drive_s *drive_fl)
{
    int index = twin_find(drive_fl);

    if (index < 0)
        SET_LOW(XenpvCdErrors, GET_LOW(XenpvCdErrors) | 1 << (GET_FLATPTR(drive_fl->cntl_id) & 7));
    else if (GET_LOW(XenpvTwins[index].state) == TWIN_PV)
        twin_fall_back(index, "its emulated drive has reported an error");
}
