/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small disk.c: int13 with the functions that take a packet, and the reset. */
#include "std/disk.h"
#include "biosvar.h" // GET_FARVAR
#include "block.h"
#include "bregs.h"
#include "config.h"
#include "machine.h"
#include "util.h" // CDEmu

struct eltorito_s CDEmu;

static void disk_ret(struct bregs *regs, u8 status)
{
    regs->ah = status;
    regs->flags = status ? regs->flags | F_CF : regs->flags & ~F_CF;
}

static int send_disk_op(struct disk_op_s *op)
{
    return process_op(op);
}

static u8 disk_command(u8 function)
{
    switch (function) {
    case 0x42:
        return CMD_READ;
    case 0x43:
        return CMD_WRITE;
    case 0x44:
        return CMD_VERIFY;
    default:
        return CMD_SEEK;
    }
}

/* The packet's size is not checked. */
static int disk_run_packet(struct bregs *regs, struct drive_s *drive)
{
    struct int13ext_s *packet = (void *)(regs->si + 0);
    struct segoff_s data = GET_FARVAR(regs->ds, packet->data);
    struct disk_op_s op = {
        .drive_fl = drive,
        .command = disk_command(regs->ah),
        .lba = GET_FARVAR(regs->ds, packet->lba),
        .count = GET_FARVAR(regs->ds, packet->count),
    };

    if (op.lba >= GET_FLATPTR(drive->sectors))
        return DISK_RET_EPARAM;
    if (!op.count)
        return DISK_RET_SUCCESS;
    if (op.command == CMD_READ || op.command == CMD_WRITE)
        op.buf_fl = machine_far(data.seg, data.offset);
    int status = send_disk_op(&op);
    SET_FARVAR(regs->ds, packet->count, op.count);
    return status;
}

static struct drive_s *disk_find(u8 number)
{
    if (number >= EXTSTART_CD)
        return getDrive(EXTTYPE_CD, number - EXTSTART_CD);
    if (number >= EXTSTART_HD)
        return getDrive(EXTTYPE_HD, number - EXTSTART_HD);
    return getDrive(EXTTYPE_FLOPPY, number);
}

void handle_13(struct bregs *regs)
{
    u8 number = regs->dl;
    bool shifted =
        CDEmu.media && number < EXTSTART_CD && !((CDEmu.emulated_drive ^ number) & EXTSTART_HD);

    if (CDEmu.media && number == CDEmu.emulated_drive) {
        machine.cd_calls++;
        disk_ret(regs, DISK_RET_EPARAM);
        return;
    }
    struct drive_s *drive = disk_find(number - shifted);
    struct disk_op_s reset = {.drive_fl = drive, .command = CMD_RESET};

    if (!drive)
        disk_ret(regs, DISK_RET_EPARAM);
    else if (regs->ah == 0)
        disk_ret(regs, send_disk_op(&reset));
    else if (regs->ah == 0x48)
        disk_ret(regs, fill_edd((struct segoff_s){.seg = regs->ds, .offset = regs->si}, drive));
    else
        disk_ret(regs, disk_run_packet(regs, drive));
}
