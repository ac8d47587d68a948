/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "drive.h"

#include "bios_disks.h"
#include "cd_op.h"
#include "kept.h"
#include "malloc.h" // malloc_low
#include "output.h" // warn_noalloc
#include "status.h"
#include "std/disk.h" // DISK_RET_*
#include "string.h"   // memset
#include "util.h"     // boot_add_hd
#include "xen/base/divide.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/base/public.h" // XEN_EINVAL
#include "xen/base/size.h"
#include "xen/disk/disks.h"
#include "xen/disk/disks_transfer.h"

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

static struct chs_s drive_chs(const struct chs *chs)
{
    return (struct chs_s){.cylinder = chs->cylinders, .head = chs->heads, .sector = chs->sectors};
}

/* GRUB has a buffer of 64 KiB for a track, and its disk address packet behind the track: a track of
 * 63 sectors of 4096 bytes would put it into the memory of the VGA. Then GRUB reads by CHS, and
 * only what 1024 cylinders reach. */
#define LARGE_SECTORS_HEADS 16
#define LARGE_SECTORS_TRACK (60 * 1024)

/* SeaBIOS does not translate a logical geometry that it finds. The first sector counts in sectors
 * of 512 bytes: it says nothing of a drive with larger ones. */
static void drive_set_geometry(struct drive_s *drive, const struct disk *disk,
                               const struct geometry_option *option)
{
    const struct geometry_option track = {.mode = GEOMETRY_SET,
                                          .heads = LARGE_SECTORS_HEADS,
                                          .sectors = LARGE_SECTORS_TRACK / drive->blksize};
    bool by_track = drive->blksize != DISK_SECTOR_SIZE && option->mode == GEOMETRY_AUTO;
    const struct geometry geometry =
        geometry_choose(by_track ? &track : option, disk_chs(disk), drive->sectors);
    const struct chs *chs = &geometry.logical;

    drive->pchs = drive_chs(&geometry.physical);
    drive->lchs = drive_chs(chs);
    log_info("%s: geometry: %u cylinders, %u heads, %u sectors (%s)\n", disk_vdev(disk)->name,
             chs->cylinders, chs->heads, chs->sectors,
             by_track ? "size of its sectors" : geometry_source(option, disk_chs(disk)));
}

static void drive_set_size(struct drive_s *drive, const struct disk *disk, bool native)
{
    u32 per_sector = native ? disk_block_sectors(disk) : 1;

    drive->blksize = per_sector * DISK_SECTOR_SIZE;
    drive->sectors = divide_u64(disk_sectors(disk), per_sector, NULL);
    if (per_sector > 1)
        log_info("%s: its drive has sectors of %u bytes\n", disk_vdev(disk)->name, drive->blksize);
}

static struct xenpv_drive *drive_alloc_any(struct disk *disk, unsigned order)
{
    struct xenpv_drive *drive = malloc_low(sizeof(*drive));

    if (!drive) {
        warn_noalloc();
        return NULL;
    }
    memset(drive, 0, sizeof(*drive));
    drive->drive.type = DTYPE_XENPV;
    drive->drive.cntl_id = order;
    drive->disk = disk;
    drive->edd = edd_find_path(disk_vdev(disk)->number);
    return drive;
}

struct drive_s *drive_alloc(struct disk *disk, unsigned order, u64 sectors, u16 block_bytes)
{
    struct xenpv_drive *drive = drive_alloc_any(disk, order);

    if (!drive)
        return NULL;
    drive->drive.blksize = block_bytes;
    drive->drive.sectors = sectors;
    return &drive->drive;
}

void drive_register(struct disk *disk, unsigned order, const struct drive_options *options)
{
    struct xenpv_drive *drive = drive_alloc_any(disk, order);
    char *description = malloc_tmp(DRIVE_DESCRIPTION_BYTES);

    if (!drive)
        return;
    drive_set_size(&drive->drive, disk, options->native_sectors);
    drive_set_geometry(&drive->drive, disk, &options->geometry);
    if (description)
        drive_describe(disk, description);
    boot_add_hd(&drive->drive, description, -1);
}

/* Sectors of the drive may be several of the disk. */
static int drive_process_op(struct drive_s *drive, struct disk_op_s *op)
{
    struct disk *disk = drive_disk(drive);
    u32 per_sector = drive->blksize / DISK_SECTOR_SIZE, count = op->count * per_sector;
    u64 sector = op->lba * per_sector;

    /* The product may be too large for 64 bits. */
    if (per_sector > 1 && op->lba > drive->sectors)
        return int13_status(-XEN_EINVAL);
    switch (op->command) {
    case CMD_READ:
        return int13_status(disks_read(disk, sector, count, op->buf_fl));
    case CMD_WRITE:
        return int13_status(disks_write(disk, sector, count, op->buf_fl));
    case CMD_RESET:
        return int13_status(disks_reset(disk));
    case CMD_VERIFY:
    case CMD_SEEK:
        return int13_status(disks_check(disk, sector, count));
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

    struct disk *disk = drive_disk(op->drive_fl);
    int status = disk_is_cd(disk) ? cd_process_op(disk, op) : drive_process_op(op->drive_fl, op);

    xenpv_note_open();
    return status;
}
