/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disk_set.h"

bool disks_usable(const struct disk *disk)
{
    return disk->handed_over || disk->vbd.state == VBD_CONNECTED;
}

bool disks_hold(struct disks *disks)
{
    if (disks->busy)
        return false;
    disks->busy = true;
    return true;
}

void disks_release(struct disks *disks)
{
    disks->busy = false;
}

bool disks_are_open(const struct disks *disks)
{
    for (unsigned i = 0; i < disks->count; i++)
        if (disks->vbd[i]->state == VBD_CONNECTED)
            return true;
    return false;
}

static bool disks_may_open_cd(const struct disks *disks)
{
    for (unsigned i = 0; i < disks->count; i++)
        if (disk_is_emulated_cd(disks->disk[i]) && disks_usable(disks->disk[i]))
            return true;
    return false;
}

bool disks_want_hook(const struct disks *disks)
{
    return disks->core->mode == MODE_HOOK && (disks_are_open(disks) || disks_may_open_cd(disks));
}

bool disks_want_acpi(const struct disks *disks)
{
    return disks->acpi && disks_want_hook(disks);
}

unsigned disks_count(const struct disks *disks)
{
    return disks->count;
}

struct disk *disks_at(const struct disks *disks, unsigned index)
{
    return disks->disk[index];
}

const struct vdev *disk_vdev(const struct disk *disk)
{
    return &disk->vbd.vdev;
}

bool disk_is_cd(const struct disk *disk)
{
    return disk->removable;
}

bool disk_is_empty(const struct disk *disk)
{
    return disk->removable && !disk->medium.present;
}

bool disk_is_registered(const struct disk *disk)
{
    return disk->registered;
}

uint64_t disk_sectors(const struct disk *disk)
{
    return disk->vbd.sectors;
}

const struct chs_hint *disk_chs(const struct disk *disk)
{
    return &disk->chs;
}

uint32_t disk_block_sectors(const struct disk *disk)
{
    return disk->vbd.block_sectors;
}

enum disk_role disk_role(const struct disk *disk)
{
    return disk->role;
}

bool disk_was_connected(const struct disk *disk)
{
    return disk->vbd.connects;
}

bool disk_write_is_lost(const struct disk *disk)
{
    return disk->vbd.state == VBD_LOST && disk->vbd.writing;
}

bool disk_is_raw(struct disk *disk)
{
    return vbd_is_raw(&disk->vbd);
}

const char *disk_backend_name(const struct disk *disk)
{
    return vbd_kind_facts(disk->vbd.probe.kind)->short_name;
}

struct disk *disks_listed(const struct disks *disks, unsigned place)
{
    return place < disks->listed_count ? disks->listed[place] : 0;
}
