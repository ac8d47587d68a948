/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "drive.h"

#include "bios_disks.h"
#include "kept.h"
#include "malloc.h" // malloc_low
#include "output.h" // warn_noalloc
#include "status.h"
#include "std/disk.h" // DISK_RET_*
#include "string.h"   // memset
#include "util.h"     // boot_add_hd
#include "xen/base/platform.h"
#include "xen/base/size.h"
#include "xen/disk/disks.h"
#include "xen/disk/disks_transfer.h"

struct xenpv_drive {
    struct drive_s drive; /* 16-bit code reads it, so it is below 1 MiB */
    struct disk *disk;
};

struct disk *drive_disk(struct drive_s *drive)
{
    return drive->type == DTYPE_XENPV ? container_of(drive, struct xenpv_drive, drive)->disk : NULL;
}

void drive_describe(const struct disk *disk, char text[DRIVE_DESCRIPTION_BYTES])
{
    char size[SIZE_TEXT_BYTES];

    platform_snprintf(text, DRIVE_DESCRIPTION_BYTES, "Xen PV disk %s, %s, %s",
                      disk_vdev(disk)->name, size_format(disk_sectors(disk), size),
                      disk_backend_name(disk));
}

void drive_register(struct disk *disk, unsigned order)
{
    struct xenpv_drive *drive = malloc_low(sizeof(*drive));
    char *description = malloc_tmp(DRIVE_DESCRIPTION_BYTES);

    if (!drive) {
        warn_noalloc();
        return;
    }
    memset(drive, 0, sizeof(*drive));
    drive->drive.type = DTYPE_XENPV;
    drive->drive.cntl_id = order;
    drive->drive.blksize = DISK_SECTOR_SIZE;
    drive->drive.sectors = disk_sectors(disk);
    drive->disk = disk;
    if (description)
        drive_describe(disk, description);
    boot_add_hd(&drive->drive, description, -1);
}

static int drive_process_op(struct disk *disk, struct disk_op_s *op)
{
    switch (op->command) {
    case CMD_READ:
        return int13_status(disks_read(disk, op->lba, op->count, op->buf_fl));
    case CMD_WRITE:
        return int13_status(disks_write(disk, op->lba, op->count, op->buf_fl));
    case CMD_RESET:
        return int13_status(disks_reset(disk));
    case CMD_VERIFY:
    case CMD_SEEK:
        return int13_status(disks_check(disk, op->lba, op->count));
    case CMD_ISREADY:
        return int13_status(disks_check(disk, 0, 0));
    default:
        return default_process_op(op);
    }
}

int VISIBLE32FLAT xenpv_process_op_32(struct disk_op_s *op)
{
    kept_prepare();
    xenpv_notice_writes();

    int status = drive_process_op(drive_disk(op->drive_fl), op);

    xenpv_note_open();
    return status;
}
