/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "touched.h"

#include "biosvar.h" // GET_LOW
#include "hw/ata.h"  // ATA_CB_*
#include "twin_table.h"
#include "x86.h" // inw

/* No value that a controller or SeaBIOS leaves there: the signatures of ATA, ATAPI and SATA devices
 * are others. It is "somewhere around 2.7 GB" as a sector number. */
#define TOUCHED_MARK 0x5650

#define ATA_DEVICE(cntl_id) ((cntl_id)&1 ? ATA_CB_DH_DEV1 : ATA_CB_DH_DEV0)

static u32 touched_read(u8 type, u32 at)
{
    switch (type) {
    case DTYPE_ATA:
        return inw(at);
    case DTYPE_LSI_SCSI:
        return inl(at);
    default:
        /* Its registers are where only 32-bit code reaches, which alone asks for it. */
        return MODESEGMENT ? 0 : readl((void *)at);
    }
}

int touched_is(int place)
{
    u8 type = GET_FLATPTR(GET_LOW(XenpvTwins[place].drive)->type);

    return touched_read(type, GET_LOW(XenpvTwins[place].touched_at)) !=
           GET_LOW(XenpvTwins[place].touched_expected);
}

static void touched_mark(int place)
{
    struct drive_s *drive_fl = GET_LOW(XenpvTwins[place].drive);
    u32 at = GET_LOW(XenpvTwins[place].touched_at), expected = TOUCHED_MARK;
    u8 type = GET_FLATPTR(drive_fl->type);

    if (type == DTYPE_ATA) {
        /* What is read is of the selected device, and nothing if that is not there. */
        outb(ATA_DEVICE(GET_FLATPTR(drive_fl->cntl_id)), at - ATA_CB_CL + ATA_CB_DH);
        outb(TOUCHED_MARK & 0xff, at);
        outb(TOUCHED_MARK >> 8, at + 1);
    } else {
        expected = touched_read(type, at);
    }
    SET_LOW(XenpvTwins[place].touched_expected, expected);
}

void touched_begin(int place, u32 at)
{
    SET_LOW(XenpvTwins[place].touched_at, at);
    touched_mark(place);
}

/* Whether a command to one of two drives changes the registers of the other. */
static int touched_together(struct drive_s *a_fl, struct drive_s *b_fl)
{
    u8 a = GET_FLATPTR(a_fl->type), b = GET_FLATPTR(b_fl->type);
    u32 difference = GET_FLATPTR(a_fl->cntl_id) ^ GET_FLATPTR(b_fl->cntl_id);

    if (a == DTYPE_LSI_SCSI)
        return b == a && !difference;
    return (a == DTYPE_ATA || a == DTYPE_ATA_ATAPI) && b == DTYPE_ATA && difference < 2;
}

void touched_before(struct drive_s *drive_fl)
{
    for (int i = 0; i < GET_LOW(XenpvTwinCount); i++)
        if (GET_LOW(XenpvTwins[i].state) == TWIN_PV &&
            touched_together(drive_fl, GET_LOW(XenpvTwins[i].drive)) && touched_is(i))
            twin_leave(i, "something else drives the emulated disk");
}

void touched_after(struct drive_s *drive_fl)
{
    for (int i = 0; i < GET_LOW(XenpvTwinCount); i++)
        if (GET_LOW(XenpvTwins[i].state) == TWIN_PV &&
            touched_together(drive_fl, GET_LOW(XenpvTwins[i].drive)))
            touched_mark(i);
}
