/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cd_drive.h"

#include "cd_op.h" // CDROM_SECTOR_SIZE
#include "drive.h"
#include "drives.h"
#include "malloc.h" // malloc_tmp
#include "xen/base/platform.h"
#include "xen/base/size.h"
#include "xen/disk/disks.h"

/* SeaBIOS' size of a drive whose medium may change. */
#define ANY_SIZE (~(u64)0)

/* "Xen PV CD-ROM xvdf (370 MiB)" */
static void cd_describe(const struct disk *disk, char text[DRIVE_DESCRIPTION_BYTES])
{
    char size[SIZE_TEXT_BYTES];

    platform_snprintf(text, DRIVE_DESCRIPTION_BYTES, "Xen PV CD-ROM %s (%s)", disk_vdev(disk)->name,
                      disks_usable(disk) ? size_format(disk_sectors(disk), size) : "empty");
}

void cd_drive_register(struct disk *disk, unsigned order)
{
    struct drive_s *drive = drive_alloc(disk, order, ANY_SIZE, CDROM_SECTOR_SIZE);
    char *description = malloc_tmp(DRIVE_DESCRIPTION_BYTES);

    if (!drive)
        return;
    if (description)
        cd_describe(disk, description);
    xenpv_add_cd(drive, description);
}
