/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the disks of this guest are made of. For the files of this folder.
 */
#ifndef XEN_DISK_SET_H
#define XEN_DISK_SET_H

#include "cache.h"
#include "disks.h"
#include "handover_choice.h"
#include "xen/blk/vbd.h"
#include "xen/hv/instant.h"

struct disk {
    struct vbd vbd;
    struct disks *disks;
    enum disk_role role;
    struct instant used;  /* when its last call began */
    unsigned claimed;     /* connections until the claim of the hook was last waited for */
    bool registered;      /* POST has given it a drive of its own: it is tried again and again */
    bool handed_over;     /* closed for who comes next, not because of a fault */
    bool write_lost;      /* a write failed, and its backend may still do it */
    unsigned written_for; /* the number of the connection that was last written to; 0: none */
};

struct disks {
    struct core core;
    struct disks_options options;
    bool busy;      /* in a call */
    bool to_forget; /* what is cached, before the next call: see disks_forget_cached */
    struct cache cache;
    uint32_t started;             /* the platform's clock in disks_start */
    uint32_t ready_ms;            /* from then on until disks_ready had ended */
    struct instant used;          /* when the last call to any of them began */
    struct instant claim_checked; /* when the claim of the hook was last looked at */
    struct disk *disk[DISKS_MAX];
    struct vbd *vbd[DISKS_MAX]; /* of the same disks, to go on with all of them side by side */
    unsigned count;
    struct vbd *scratch[DISKS_MAX]; /* scratch memory, to go on with some of them */
};

#endif
