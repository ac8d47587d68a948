/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cd_twin.h"

#include "bios_disks.h"
#include "biosvar.h" // SET_LOW
#include "cd_op.h"
#include "drives.h"
#include "std/disk.h" // DISK_RET_ENOTREADY
#include "twin_table.h"
#include "xen/base/digest.h"
#include "xen/base/log.h"
#include "xen/base/public.h" // XEN_E*
#include "xen/disk/disks.h"
#include "xen/disk/disks_transfer.h"

/* Commands of SCSI. Source: SCSI Primary Commands and SCSI Block Commands, T10. */
#define SCSI_TEST_UNIT_READY 0x00
#define SCSI_READ_CAPACITY   0x25

/* SeaBIOS copies no more of a command. */
#define SCSI_COMMAND_BYTES 16

/* The block that is compared: the primary volume descriptor of ISO 9660, which has the name, the
 * size and the date of the volume. */
#define DESCRIPTOR_BLOCK 16

/* What READ CAPACITY returns: the number of the last block and the size of a block, both
 * big-endian. */
#define CAPACITY_BYTES         8
#define CAPACITY_AT_LAST_BLOCK 0
#define CAPACITY_AT_BLOCK_SIZE 4

static u32 cd_hash(const u8 *block)
{
    struct digest digest;

    digest_begin(&digest);
    for (u32 i = 0; i < CDROM_SECTOR_SIZE; i++)
        digest_add(&digest, (char)block[i]);
    return digest.hash;
}

/* Have the emulated drive serve a request. While SeaBIOS' driver waits it lets interrupts in; calls
 * of their handlers are refused, as during a wait for a backend. */
static int cd_emulated_op(struct disk_op_s *op)
{
    if (!disks_hold(xenpv_disks))
        return DISK_RET_ENOTREADY;
    SET_LOW(XenpvCdAsked, 1);
    int status = xenpv_emulated_op(op);
    SET_LOW(XenpvCdAsked, 0);
    disks_release(xenpv_disks);
    return status;
}

static int noinline cd_ask(struct drive_s *drive, u8 command, void *reply, u16 bytes)
{
    u8 packet[SCSI_COMMAND_BYTES] = {command};
    struct disk_op_s op = {
        .drive_fl = drive,
        .command = CMD_SCSI,
        .count = bytes != 0,
        .buf_fl = reply,
        .blocksize = bytes,
        .cdbcmd = packet,
    };

    return cd_emulated_op(&op);
}

static u32 cd_number(const u8 *bytes)
{
    return (u32)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

/* Check that both sides have the same number of blocks. @buffer: scratch memory. */
static bool cd_has_size_of(struct disk *disk, struct drive_s *drive, u8 *buffer)
{
    return !cd_ask(drive, SCSI_READ_CAPACITY, buffer, CAPACITY_BYTES) &&
           cd_number(buffer + CAPACITY_AT_BLOCK_SIZE) == CDROM_SECTOR_SIZE &&
           (u64)cd_number(buffer + CAPACITY_AT_LAST_BLOCK) + 1 ==
               disk_sectors(disk) / CD_BLOCK_SECTORS;
}

/* Compare the descriptor on both sides, and their sizes. The request is borrowed, because the stack
 * is small; its buffer has at least one block. */
static int noinline cd_compare(struct disk *disk, struct disk_op_s *op)
{
    u64 lba = op->lba;
    u16 count = op->count;
    bool same = false;
    u32 own;

    op->lba = DESCRIPTOR_BLOCK;
    op->count = 1;
    int error = cd_read(disk, op);
    if (!error) {
        own = cd_hash(op->buf_fl);
        same = !cd_emulated_op(op) && cd_hash(op->buf_fl) == own &&
               cd_has_size_of(disk, op->drive_fl, op->buf_fl);
    }
    op->lba = lba;
    op->count = count;
    /* A smaller one on the side of PV has no such block. */
    if (same || (error && error != -XEN_EINVAL))
        return error;
    log_error("%s: its PV device and its emulated drive differ\n", disk_vdev(disk)->name);
    return -XEN_EAGAIN;
}

bool cd_twin_is_ready(struct disk *disk, struct drive_s *drive)
{
    if (!cd_ask(drive, SCSI_TEST_UNIT_READY, NULL, 0))
        return true;
    log_info("%s: its emulated drive has no medium, or another one\n", disk_vdev(disk)->name);
    return false;
}

int cd_twin_read(int index, struct disk *disk, struct disk_op_s *op)
{
    struct twin *twin = &XenpvTwins[index];

    if (!op->count)
        return 0;
    int error = disks_check_medium(disk);
    if (error)
        return error;
    if (!cd_twin_is_ready(disk, op->drive_fl))
        return CD_TWIN_REPORTED;
    if (!twin->compared) {
        error = cd_compare(disk, op);
        if (error)
            return error;
        twin->compared = 1;
        /* Programs may reset a drive before each read, and then both sides are compared again. */
        if (!twin->told)
            log_info("%s: serves the emulated drive too\n", disk_vdev(disk)->name);
        twin->told = 1;
    }
    /* An interrupt handler may have reset the drive while it was asked. */
    if (twin->state != TWIN_PV)
        return -XEN_EAGAIN;
    return cd_read(disk, op);
}
