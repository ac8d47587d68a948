/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disk_set.h"

bool disks_usable(const struct disk *disk)
{
    return disk->handed_over || disk->vbd.state == VBD_CONNECTED;
}

bool disks_are_open(const struct disks *disks)
{
    for (unsigned i = 0; i < disks->count; i++)
        if (disks->vbd[i]->state == VBD_CONNECTED)
            return true;
    return false;
}
