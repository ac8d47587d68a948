/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "boot_list.h"

#include "disk_set.h"
#include "xen/base/bytes.h"
#include "xen/base/log.h"

/* Copy the name at the start of @list. Return: what follows the name and its comma; NULL at the end
 * of the list. A longer name than any disk's is cut off, so that it equals none. */
static const char *list_take(const char *list, char name[VDEV_NAME_BYTES + 1])
{
    unsigned length = 0;

    for (; *list && *list != ','; list++)
        if (length < VDEV_NAME_BYTES)
            name[length++] = *list;
    name[length] = 0;
    return *list ? list + 1 : 0;
}

static struct disk *list_find(const struct disks *disks, const char *name)
{
    for (unsigned i = 0; i < disks->count; i++) {
        const char *other = disks->vbd[i]->vdev.name;
        uint32_t length = string_length(other);

        if (length == string_length(name) && bytes_equal(other, name, length))
            return disks->disk[i];
    }
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
        list = list_take(list, name);
        struct disk *disk = list_find(disks, name);

        if (!disk)
            log_error("boot: no such PV disk: %s\n", name);
        else if (!list_has(disks, disk))
            disks->listed[disks->listed_count++] = disk;
    }
}
