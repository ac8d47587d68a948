/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The disks of this guest, for who uses them: disks_start.h finds and connects them,
 * disks_transfer.h reads and writes, disks_handover.h closes them.
 */
#ifndef XEN_DISKS_H
#define XEN_DISKS_H

#include "xen/base/handover_mode.h"
#include "xen/blk/vdev.h"
#include "xen/store/core.h"

/** As many as there can be numbers for. */
#define DISKS_MAX 16u

struct disks;
struct disk;

/** What a disk is to the firmware around the core. */
enum disk_role {
    DISK_ALONE,    /* a disk that only PV shows */
    DISK_EMULATED, /* one that is emulated as well: what goes to it over PV, the emulated disk has
                      to show */
    DISK_LEFT,     /* one that is left to the emulated disk: never connected */
};

struct disks_options {
    struct core_options core;
    enum handover_mode mode; /* of the ROM; the guest may have another: see guest_option.h */
    uint32_t hook_limit_ms;  /* until the hook has claimed its ports */
    uint32_t pool_pages;     /* bounce pages of all disks together */
    uint32_t cache_bytes;
};

/** How many there are. */
unsigned disks_count(const struct disks *disks);

/** The disk with the number @index, below disks_count. They are in the order of their names. */
struct disk *disks_at(const struct disks *disks, unsigned index);

/** Whether a disk is open, or will be opened by the next call. */
bool disks_usable(const struct disk *disk);

/** Whether any of them is open. */
bool disks_are_open(const struct disks *disks);

/** Whether any of them is open for the hook in dom0 to close. */
bool disks_want_hook(const struct disks *disks);

/** Its name and number. */
const struct vdev *disk_vdev(const struct disk *disk);

/** Its size in sectors of 512 bytes, as the last connection has told it. */
uint64_t disk_sectors(const struct disk *disk);

enum disk_role disk_role(const struct disk *disk);

/** Whether it has been connected since POST began. */
bool disk_was_connected(const struct disk *disk);

/** Whether a write has failed that its backend may still do. */
bool disk_write_is_lost(const struct disk *disk);

/** Whether the backend's keys say that the image is raw: an emulated copy of the disk shows the
 * same bytes then. One round trip to xenstored. */
bool disk_is_raw(struct disk *disk);

#endif
