/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' disk.c with handle_13 behind ours: for our drives, it checks the size of a disk address
 * packet, and serves one with a 64-bit flat buffer address, which SeaBIOS does not support. For our
 * CD-ROM drives it reports changes of the medium. Source: T13 BIOS Enhanced Disk Drive
 * Specification, "Device Address Packet" and "Get extended media change status".
 */
#define handle_13 seabios_handle_13
#include "src/disk.c"
#undef handle_13

#include "seabios/int13/cd_op.h"
#include "seabios/int13/drive.h"

/* A device address packet with the field that only its longer form has. */
struct flat_packet {
    struct int13ext_s base;
    u64 address;
} PACKED;

/* The buffer address that means "use the flat address". */
#define SEGOFF_FLAT 0xffffffff

void handle_13(struct bregs *regs);

/* Check whether @function of int13 takes a device address packet at DS:SI. */
static int int13_takes_packet(u8 function)
{
    return (function >= 0x42 && function <= 0x44) || function == 0x47;
}

/* Check whether @function of int13 concerns changes of the medium. */
static int int13_concerns_medium(u8 function)
{
    return function == 0x15 || function == 0x16 || function == 0x49;
}

/* Function 15h: a drive that can tell whether its medium was changed. */
#define INT13_HAS_CHANGE_LINE 2

static void noinline int13_medium(struct bregs *regs, struct drive_s *drive)
{
    struct disk_op_s op;

    if (regs->ah == 0x15) {
        disk_ret(regs, DISK_RET_SUCCESS);
        regs->ah = INT13_HAS_CHANGE_LINE;
        return;
    }
    op.drive_fl = drive;
    op.command = XENPV_CMD_MEDIUM;
    op.count = 0;
    disk_ret(regs, send_disk_op(&op));
}

/* Find our drive with the number @id, as handle_13 and handle_legacy_disk do. Return: NULL if it is
 * not ours. */
static struct drive_s *int13_our_drive(u8 id)
{
    if (CONFIG_CDROM_EMU && GET_LOW(CDEmu.media)) {
        u8 emulated = GET_LOW(CDEmu.emulated_drive);
        if (id == emulated)
            return NULL;
        if (id < EXTSTART_CD && ((emulated ^ id) & 0x80) == 0)
            id--;
    }
    if (id < EXTSTART_HD)
        return NULL;
    struct drive_s *drive = id < EXTSTART_CD ? getDrive(EXTTYPE_HD, id - EXTSTART_HD)
                                             : getDrive(EXTTYPE_CD, id - EXTSTART_CD);
    return drive && GET_FLATPTR(drive->type) == DTYPE_XENPV ? drive : NULL;
}

/* Read or write with the buffer at a flat address. Return: a DISK_RET_* status. */
static int noinline int13_flat_access(struct bregs *regs, struct drive_s *drive, u16 command)
{
    struct flat_packet *packet_far = (void *)(regs->si + 0);
    u64 address = GET_FARVAR(regs->ds, packet_far->address);
    struct disk_op_s op;

    op.drive_fl = drive;
    op.command = command;
    op.lba = GET_FARVAR(regs->ds, packet_far->base.lba);
    op.count = GET_FARVAR(regs->ds, packet_far->base.count);
    op.buf_fl = (void *)(u32)address;
    if (op.lba >= GET_FLATPTR(drive->sectors))
        return DISK_RET_EPARAM;
    if (!op.count)
        return DISK_RET_SUCCESS;
    /* The whole buffer must be where 32-bit code can reach it. */
    if (address + (u32)op.count * GET_FLATPTR(drive->blksize) > 1ULL << 32 || address >> 32)
        return DISK_RET_EPARAM;
    int status = send_disk_op(&op);
    SET_FARVAR(regs->ds, packet_far->base.count, op.count);
    return status;
}

// INT 13h Fixed Disk Services Entry Point
void VISIBLE16 handle_13(struct bregs *regs)
{
    int medium = regs->dl >= EXTSTART_CD && int13_concerns_medium(regs->ah);

    if (!CONFIG_XENPV || !(medium || int13_takes_packet(regs->ah)))
        goto upstream;
    struct drive_s *drive = int13_our_drive(regs->dl);
    if (!drive)
        goto upstream;
    if (medium) {
        int13_medium(regs, drive);
        return;
    }

    struct int13ext_s *packet_far = (void *)(regs->si + 0);
    u8 size = GET_FARVAR(regs->ds, packet_far->size);
    if (size < sizeof(struct int13ext_s)) {
        disk_ret(regs, DISK_RET_EPARAM);
        return;
    }
    u8 transfers = regs->ah == 0x42 || regs->ah == 0x43;
    if (!transfers || GET_FARVAR(regs->ds, packet_far->data.segoff) != SEGOFF_FLAT)
        goto upstream;
    if (size < sizeof(struct flat_packet)) {
        disk_ret(regs, DISK_RET_EPARAM);
        return;
    }
    disk_ret(regs, int13_flat_access(regs, drive, regs->ah == 0x42 ? CMD_READ : CMD_WRITE));
    return;

upstream:
    seabios_handle_13(regs);
}
