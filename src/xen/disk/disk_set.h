/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The data structures of this guest's disks. Only for the files of this folder.
 */
#ifndef XEN_DISK_SET_H
#define XEN_DISK_SET_H

#include "cache.h"
#include "disks.h"
#include "first_sector.h"
#include "handover_choice.h"
#include "keep_open.h"
#include "xen/blk/vbd.h"
#include "xen/hv/instant.h"

/* What is known of the reads of a disk, for the report of a boot that failed. */
struct disk_reads {
    bool first;            /* the first sector was read */
    bool boot_signature;   /* it ends with the signature of a boot sector */
    int error;             /* of the last read that failed; 0: none did */
    uint64_t error_sector; /* where that read began */
};

/* The medium of a CD-ROM drive, as far as it is known (medium.h). */
struct medium {
    bool present;
    bool changed;          /* to be reported by the next call */
    uint32_t identity;     /* of the image: see vbd_read_medium */
    struct instant looked; /* when it was last looked for */
};

/** The last write to a disk has not ended, or never will. */
#define DISK_BEING_WRITTEN UINT32_MAX

struct disk {
    struct vbd vbd;
    struct disks *disks;
    enum disk_role role;
    bool removable; /* a CD-ROM drive, and so */
    struct medium medium;
    struct instant used; /* when its last call began */
    unsigned claimed;    /* value of vbd.connects when the daemon's claim was last awaited */
    bool registered;     /* POST has given it a drive of its own: retry it with each call */
    bool handed_over;    /* closed for the next system, not because of a fault */
    bool no_memory;      /* not connected: there is none for its ring and bounce pages */
    int first_error;     /* of the read of the first block in POST that broke the connection */
    struct disk_reads reads;
    bool tried;           /* a boot from it was tried, and has failed */
    struct chs_hint chs;  /* of the first sector, as read in POST */
    unsigned written_for; /* value of vbd.connects when it was last written to, or
                             DISK_BEING_WRITTEN; 0: never */
};

/* A CD-ROM drive that is also emulated. Most guests never read from theirs, so POST does not
 * connect it: the first call does. */
static inline bool disk_is_emulated_cd(const struct disk *disk)
{
    return disk->removable && disk->role == DISK_EMULATED;
}

struct disks {
    struct core *core;
    struct disks_options options;
    bool acpi;      /* the guest does not leave out the table that notifies the daemon */
    bool busy;      /* a call is in progress */
    bool grouped;   /* calls are parts of one: see disks_group */
    bool to_forget; /* drop the cache before the next call: see disks_forget_cached */
    struct cache cache;
    struct keep_open keep;        /* in strict mode */
    bool kept;                    /* strict mode has left disks open after a call */
    uint32_t started;             /* platform clock in disks_start */
    uint32_t ready_ms;            /* time from then until disks_ready ended */
    struct instant used;          /* when the last call to any disk began */
    struct instant claim_checked; /* when the daemon's claim was last checked */
    struct instant hook_sought;   /* when a daemon was last sought after a move */
    struct disk *disk[DISKS_MAX];
    struct vbd *vbd[DISKS_MAX]; /* the same disks, for vbd_run */
    unsigned count;
    struct disk *listed[DISKS_MAX]; /* those of the guest option "boot", in its order */
    unsigned listed_count;
    unsigned skipped; /* devices that are none of them, CD-ROM drives that are left aside */
    struct vbd *scratch[DISKS_MAX]; /* scratch memory, for vbd_run with some of them */
};

#endif
