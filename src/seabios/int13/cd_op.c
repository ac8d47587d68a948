/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cd_op.h"

#include "status.h"
#include "std/disk.h"        // DISK_RET_*
#include "string.h"          // memset
#include "xen/base/public.h" // XEN_E*
#include "xen/disk/disks_transfer.h"

/* Commands of SCSI, and fixed sense data. Source: SCSI Primary Commands, T10. */
#define SCSI_TEST_UNIT_READY      0x00
#define SCSI_REQUEST_SENSE        0x03
#define SENSE_BYTES               18
#define SENSE_CURRENT             0x70 /* byte 0 */
#define SENSE_NOT_READY           0x02 /* byte 2 */
#define SENSE_MEDIUM_NOT_PRESENT  0x3a /* byte 12 */
#define SENSE_AT_KEY              2
#define SENSE_AT_ADDITIONAL       7
#define SENSE_AT_ADDITIONAL_SENSE 12

/* SeaBIOS asks for the sense only of a drive that is not ready. */
static int cd_sense(struct disk_op_s *op)
{
    u8 *sense = op->buf_fl;

    if (op->blocksize < SENSE_BYTES)
        return DISK_RET_EPARAM;
    memset(sense, 0, op->blocksize);
    sense[0] = SENSE_CURRENT;
    sense[SENSE_AT_KEY] = SENSE_NOT_READY;
    sense[SENSE_AT_ADDITIONAL] = SENSE_BYTES - SENSE_AT_ADDITIONAL - 1;
    sense[SENSE_AT_ADDITIONAL_SENSE] = SENSE_MEDIUM_NOT_PRESENT;
    return DISK_RET_SUCCESS;
}

/* Before a boot SeaBIOS tests whether the drive is ready; then the medium is a new one in any
 * case. */
static int cd_scsi(struct disk *disk, struct disk_op_s *op)
{
    const u8 *command = op->cdbcmd;

    switch (*command) {
    case SCSI_TEST_UNIT_READY: {
        int error = disks_check_medium(disk);
        return error == -XEN_EAGAIN ? DISK_RET_SUCCESS : int13_status(error);
    }
    case SCSI_REQUEST_SENSE:
        return cd_sense(op);
    default:
        return DISK_RET_EPARAM;
    }
}

/* Return the first sector of a block, or one that no disk has. */
static u64 cd_sector(u64 block)
{
    return block > (u64)-1 / CD_BLOCK_SECTORS ? (u64)-1 : block * CD_BLOCK_SECTORS;
}

int cd_read(struct disk *disk, const struct disk_op_s *op)
{
    return disks_read(disk, cd_sector(op->lba), op->count * CD_BLOCK_SECTORS, op->buf_fl);
}

int cd_process_op(struct disk *disk, struct disk_op_s *op)
{
    switch (op->command) {
    case CMD_READ:
        return int13_status(cd_read(disk, op));
    case CMD_WRITE:
    case CMD_FORMAT:
        return DISK_RET_EWRITEPROTECT;
    case CMD_VERIFY:
    case CMD_SEEK:
        return int13_status(disks_check(disk, cd_sector(op->lba), op->count * CD_BLOCK_SECTORS));
    case CMD_ISREADY:
        return int13_status(disks_check(disk, 0, 0));
    case CMD_RESET:
        return int13_status(disks_reset(disk));
    case CMD_SCSI:
        return cd_scsi(disk, op);
    case XENPV_CMD_MEDIUM:
        return int13_status(disks_check_medium(disk));
    default:
        return DISK_RET_EPARAM;
    }
}
