/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cd_twin_setup.h"

#include "drives.h"
#include "foreign_access.h"
#include "twin.h"
#include "xen/base/log.h"
#include "xen/disk/disks_start.h"

static struct drive_s *cd_twin_find_drive(const struct vdev *vdev, struct twin_location *location)
{
    struct drive_s *drive = NULL;

    /* Whatever the bus of its name is, QEMU emulates it on IDE. */
    while ((drive = xenpv_next_cd(drive)))
        if (twin_locate(drive, location) && location->controller == VDEV_IDE &&
            location->unit == vdev->index)
            break;
    return drive;
}

/* Return why an emulated drive cannot be served over PV; NULL if it may be. */
static const char *cd_twin_reason_to_leave(struct drive_s *drive)
{
    if (!drive)
        return "the BIOS has not found such a drive";
    if (twin_find(drive) >= 0)
        return "another PV device has that drive";
    if (XenpvCdErrors & 1 << (drive->cntl_id & 7))
        return "that drive has reported an error";
    return NULL;
}

void cd_twin_setup(struct disk *disk)
{
    const char *name = disk_vdev(disk)->name;
    struct twin_location location;
    struct drive_s *drive = cd_twin_find_drive(disk_vdev(disk), &location);
    const char *reason = cd_twin_reason_to_leave(drive);

    if (reason) {
        log_info("%s: left to the emulated drive: %s\n", name, reason);
        disks_leave_to_emulated(disk);
        return;
    }
    foreign_access_watch(twin_add(drive, disk, TWIN_PV), location.watched_register);
}
