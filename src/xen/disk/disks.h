/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The disks of this guest, for the firmware around the core: disks_start.h finds and connects them,
 * disks_transfer.h reads and writes, disks_handover.h closes them.
 */
#ifndef XEN_DISKS_H
#define XEN_DISKS_H

#include "first_sector.h"
#include "xen/base/handover_mode.h"
#include "xen/blk/vdev.h"
#include "xen/store/core.h"

/** As many as the BIOS has drive numbers for. */
#define DISKS_MAX 16u

struct disks;
struct disk;

/** The role of a disk. */
enum disk_role {
    DISK_ALONE,    /* a disk that exists only as a PV disk */
    DISK_EMULATED, /* a disk that is also emulated: the emulated disk must show what is written over
                      PV. A CD-ROM drive of this role is not connected before its first call */
    DISK_LEFT,     /* a disk that is left to the emulated drive: never connected */
};

struct disks_options {
    enum handover_mode mode; /* of the ROM; the guest may have another: see guest_option.h */
    uint32_t hook_limit_ms;  /* for the daemon to claim its ports */
    uint32_t pool_pages;     /* bounce pages of all disks together */
    uint32_t cache_bytes;
    unsigned writes_to_keep_open; /* see keep_open.h; 0: strict mode leaves no disk open */
};

/** Return the number of disks. */
unsigned disks_count(const struct disks *disks);

/** Return the disk with the number @index, below disks_count. They are in the order of their
 * names. */
struct disk *disks_at(const struct disks *disks, unsigned index);

/** Check whether a disk is open, or the next call will open it. */
bool disks_usable(const struct disk *disk);

/**
 * Keep calls from beginning, as a call in progress does, so that the caller can use xenstore. An
 * interrupt may have stopped a call. Return: false if one is in progress; then do not release.
 */
bool disks_hold(struct disks *disks);

/** Let calls begin again. */
void disks_release(struct disks *disks);

/** Check whether any disk is open. */
bool disks_are_open(const struct disks *disks);

/** Check whether any disk is open for the daemon in dom0 to close, or a CD-ROM drive that is also
 * emulated may be so after its first call. */
bool disks_want_hook(const struct disks *disks);

/** Check whether the daemon has to be notified by ACPI: disks_want_hook, and the guest does not
 * leave the table out. */
bool disks_want_acpi(const struct disks *disks);

/** Return its name and number. */
const struct vdev *disk_vdev(const struct disk *disk);

/** Check whether it is a CD-ROM drive, whose medium may be missing, and may be changed. */
bool disk_is_cd(const struct disk *disk);

/** Check whether it is a CD-ROM drive without a medium, as of the last look. */
bool disk_is_empty(const struct disk *disk);

/** Check whether POST has found that it can be used, now or once it has a medium: the BIOS gives it
 * a drive. */
bool disk_is_registered(const struct disk *disk);

/** Return its size in sectors of 512 bytes, as of the last connection. */
uint64_t disk_sectors(const struct disk *disk);

/** Return the geometry for which a PV-only disk was partitioned or formatted, as of POST. */
const struct chs_hint *disk_chs(const struct disk *disk);

/** Return the size of its blocks in sectors of 512 bytes, as of the last connection: requests to
 * the backend are multiples of it. */
uint32_t disk_block_sectors(const struct disk *disk);

/** Return its role. */
enum disk_role disk_role(const struct disk *disk);

/** Return the short name of the kind of its backend: "blkback", "qdisk", "tapback". */
const char *disk_backend_name(const struct disk *disk);

/** Return the disk at @place, from 0 on, in the list of the guest option "boot" (boot_list.h); NULL
 * beyond the end of the list. */
struct disk *disks_listed(const struct disks *disks, unsigned place);

/** Check whether it has been connected since POST began. */
bool disk_was_connected(const struct disk *disk);

/** Check whether a write has failed, or was abandoned, that the backend may still perform. */
bool disk_write_is_lost(const struct disk *disk);

/** Check whether the backend's keys say that the image is raw: an emulated copy of the disk then
 * shows the same bytes. Takes one round trip to xenstored. */
bool disk_is_raw(struct disk *disk);

#endif
