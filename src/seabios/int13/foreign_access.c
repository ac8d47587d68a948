/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "foreign_access.h"

#include "biosvar.h" // GET_LOW
#include "hw/ata.h"  // ATA_CB_*
#include "twin_table.h"
#include "x86.h" // inw

/* A value that neither a controller nor SeaBIOS leaves there: the signatures of ATA, ATAPI and SATA
 * devices differ. As a sector number it is near 2.7 GB. */
#define WATCH_MARK 0x5650

#define ATA_DEVICE(cntl_id) (1 & (cntl_id) ? ATA_CB_DH_DEV1 : ATA_CB_DH_DEV0)

static int foreign_access_is_ide(u8 type)
{
    return type == DTYPE_ATA || type == DTYPE_ATA_ATAPI;
}

static u32 foreign_access_read(u8 type, u32 at)
{
    switch (type) {
    case DTYPE_ATA:
    case DTYPE_ATA_ATAPI:
        return inw(at);
    case DTYPE_LSI_SCSI:
        return inl(at);
    default:
        /* Only 32-bit code reaches its registers, and only 32-bit code calls this for it. */
        return MODESEGMENT ? 0 : readl((void *)at);
    }
}

int foreign_access_detected(int index)
{
    u8 type = GET_FLATPTR(GET_LOW(XenpvTwins[index].drive)->type);

    return foreign_access_read(type, GET_LOW(XenpvTwins[index].watched_register)) !=
           GET_LOW(XenpvTwins[index].watched_value);
}

static void foreign_access_arm(int index)
{
    struct drive_s *drive_fl = GET_LOW(XenpvTwins[index].drive);
    u32 at = GET_LOW(XenpvTwins[index].watched_register), expected = WATCH_MARK;
    u8 type = GET_FLATPTR(drive_fl->type);

    if (foreign_access_is_ide(type)) {
        /* A read returns the register of the selected device, or nothing if that does not exist. */
        outb(ATA_DEVICE(GET_FLATPTR(drive_fl->cntl_id)), (at & ~7u) + ATA_CB_DH);
        outb(WATCH_MARK & 0xff, at);
        outb(WATCH_MARK >> 8, at + 1);
    } else {
        expected = foreign_access_read(type, at);
    }
    SET_LOW(XenpvTwins[index].watched_value, expected);
}

void foreign_access_watch(int index, u32 at)
{
    SET_LOW(XenpvTwins[index].watched_register, at);
    foreign_access_arm(index);
}

/* Check whether a command to one of two drives changes the registers of the other. */
static int foreign_access_shares_registers(struct drive_s *a_fl, struct drive_s *b_fl)
{
    u8 a = GET_FLATPTR(a_fl->type), b = GET_FLATPTR(b_fl->type);
    u32 difference = GET_FLATPTR(a_fl->cntl_id) ^ GET_FLATPTR(b_fl->cntl_id);

    if (a == DTYPE_LSI_SCSI)
        return b == a && !difference;
    return foreign_access_is_ide(a) && foreign_access_is_ide(b) && difference < 2;
}

void foreign_access_before(struct drive_s *drive_fl)
{
    for (int i = 0; i < GET_LOW(XenpvTwinCount); i++)
        if (GET_LOW(XenpvTwins[i].state) == TWIN_PV &&
            foreign_access_shares_registers(drive_fl, GET_LOW(XenpvTwins[i].drive)) &&
            foreign_access_detected(i))
            twin_fall_back(i, "something else drives the emulated disk");
}

void foreign_access_after(struct drive_s *drive_fl)
{
    for (int i = 0; i < GET_LOW(XenpvTwinCount); i++)
        if (GET_LOW(XenpvTwins[i].state) == TWIN_PV &&
            foreign_access_shares_registers(drive_fl, GET_LOW(XenpvTwins[i].drive)))
            foreign_access_arm(i);
}

int foreign_access_next_cd(int from, struct drive_s *drive_fl)
{
    for (int i = from; i < GET_LOW(XenpvTwinCount); i++) {
        struct drive_s *cd_fl = GET_LOW(XenpvTwins[i].drive);
        if (GET_LOW(XenpvTwins[i].state) == TWIN_PV &&
            GET_FLATPTR(cd_fl->type) == DTYPE_ATA_ATAPI &&
            foreign_access_shares_registers(drive_fl, cd_fl))
            return i;
    }
    return -1;
}

void foreign_access_note_reset(struct drive_s *drive_fl)
{
    for (int i = 0; i < GET_LOW(XenpvTwinCount); i++)
        if (foreign_access_shares_registers(drive_fl, GET_LOW(XenpvTwins[i].drive)))
            SET_LOW(XenpvTwins[i].compared, 0);
}
