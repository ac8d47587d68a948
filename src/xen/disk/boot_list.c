/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "boot_list.h"

#include "disk_set.h"
#include "xen/base/log.h"
#include "xen/blk/vdev_list.h"

static struct disk *list_find(const struct disks *disks, const char *name)
{
    for (unsigned i = 0; i < disks->count; i++)
        if (vdev_is_named(&disks->vbd[i]->vdev, name))
            return disks->disk[i];
    return 0;
}

static bool list_has(const struct disks *disks, const struct disk *disk)
{
    for (unsigned i = 0; i < disks->listed_count; i++)
        if (disks->listed[i] == disk)
            return true;
    return false;
}

void boot_list_parse(struct disks *disks, const char *list)
{
    char name[VDEV_NAME_BYTES + 1];

    disks->listed_count = 0;
    while (list && *list) {
        list = vdev_list_take(list, name);
        struct disk *disk = list_find(disks, name);

        if (!disk && disks->listed_count == DISKS_MAX)
            log_error("boot: %s: not used: %u disks are before it in the list\n", name, DISKS_MAX);
        else if (!disk)
            log_error("boot: no such PV disk: %s\n", name);
        else if (!list_has(disks, disk))
            disks->listed[disks->listed_count++] = disk;
    }
}
