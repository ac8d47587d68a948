/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The disks of this guest.
 */
#ifndef XEN_DISK_SET_H
#define XEN_DISK_SET_H

#include "cache.h"
#include "handover_choice.h"
#include "xen/blk/vbd.h"
#include "xen/hv/instant.h"
#include "xen/store/core.h"

/** As many as there can be numbers for. */
#define DISKS_MOST 16u

struct disks;

/** What a disk is to the firmware around the core. */
enum disk_role {
    DISK_ALONE,    /* a disk that only PV shows */
    DISK_EMULATED, /* one that is emulated as well: what goes to it over PV, the emulated disk has
                      to show */
    DISK_LEFT,     /* one that is left to the emulated disk: never connected */
};

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

struct disks_options {
    struct core_options core;
    enum handover_mode mode; /* of the ROM; the guest may have another: see guest_option.h */
    uint32_t hook_limit_ms;  /* until the hook has claimed its ports */
    uint32_t pool_pages;     /* bounce pages of all disks together */
    uint32_t cache_bytes;
};

struct disks {
    struct core core;
    struct disks_options options;
    bool busy;      /* in a call */
    bool to_forget; /* what is cached, before the next call: see disks_forget_cached */
    struct cache cache;
    uint32_t started;          /* the platform's clock in disks_start */
    struct instant used;       /* when the last call to any of them began */
    struct instant claim_seen; /* when the claim of the hook was last looked at */
    struct disk *disk[DISKS_MOST];
    struct vbd *vbd[DISKS_MOST]; /* of the same disks, to go on with all of them side by side */
    unsigned count;
    struct vbd *some[DISKS_MOST]; /* scratch memory, to go on with some of them */
};

/** Whether a disk is open, or will be opened by the next call. */
bool disks_usable(const struct disk *disk);

/** Whether any of them is open. */
bool disks_are_open(const struct disks *disks);

#endif
