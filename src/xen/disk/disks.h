/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The disks of this guest as int13 uses them: opened when they are asked for something, closed as
 * the mode of the hand-over wants it.
 *
 * While a call waits, interrupts are let in, and the handler of one may call again. It is refused:
 * both would use the same bounce memory, for data that is on its way to a disk.
 *
 * disks.c finds them, disks_handover.c opens and closes them, disks_transfer.c reads and writes
 * one.
 */
#ifndef XEN_DISKS_H
#define XEN_DISKS_H

#include "cache.h"
#include "handover_mode.h"
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
    enum handover_mode mode;
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

/**
 * What a disk is to be, before it is connected. Return: DISK_LEFT for one that is not to be
 * connected; else what it may turn out to be.
 */
typedef enum disk_role disks_choose_role(struct vbd *vbd);

/**
 * POST: find the disks and connect them, side by side: several backends that never answer cost one
 * limit. In the order of their names; if there are more than DISKS_MOST the first ones.
 *
 * With the mode off there are no disks.
 * @names: scratch memory of XENSTORE_PAYLOAD_MAX bytes. Return: 0; -XEN_ENODEV when this is no Xen
 * guest; or an error that is in the log, with no disks.
 */
int disks_start(struct disks *disks, const struct disks_options *options,
                disks_choose_role *choose_role, char *names);

/** POST, before disks_ready: leave a disk to its emulated twin after all. disks_ready closes all of
 *  these side by side, before anything is read of any disk, and they stay so. */
void disks_leave_to_emulated(struct disk *disk);

/**
 * POST, when the roles of all disks are known: read the first block of each that is alone, side by
 * side and within one limit, and begin the hand-over. A disk that cannot be read is closed. Of the
 * first one that can be used more is read, because it is booted.
 *
 * In strict mode they are closed again; each that could be opened is "handed over" then.
 */
void disks_ready(struct disks *disks);

/** Whether a disk is open, or will be opened by the next call. */
bool disks_usable(const struct disk *disk);

/** Whether any of them is open. */
bool disks_are_open(const struct disks *disks);

/**
 * Close all: what comes next has drivers of its own, or none. A call to a disk opens it again. If
 * this is called while another call waits, nobody comes back to that one: it is forgotten.
 */
void disks_close_all(struct disks *disks);

/** The same for an operating system that has said that it starts: from now on strict. Nothing is
 *  done while another call waits. */
void disks_leave(struct disks *disks);

/** Close those that were not used for a second, and forget what is cached of them: somebody uses a
 *  drive that is none of these. Nothing is done while another call waits. */
void disks_close_idle(struct disks *disks);

/** Forget all that is cached: something was written by other ways than these disks. While another
 *  call waits, when that has ended. */
void disks_forget_cached(struct disks *disks);

/*
 * What int13 asks for. Return: what disk_io_read, disk_io_write and vbd_check do; -XEN_ENOTCONN
 * also for a disk that was given up because of a fault; -XEN_EBUSY while another call waits, to any
 * disk. In strict mode a write also has the errors of the flush that follows it.
 */
int disks_read(struct disk *disk, uint64_t sector, uint32_t count, void *buffer);
int disks_write(struct disk *disk, uint64_t sector, uint32_t count, const void *buffer);
int disks_check(struct disk *disk, uint64_t sector, uint32_t count);

/** Use a disk no more: it is flushed and closed if it is open, and stays closed. Return: 0, or
 *  -XEN_EBUSY while another call waits: it is as it was. */
int disks_give_up(struct disk *disk);

/** The same for @count disks, of which there is one, side by side. */
int disks_give_up_all(struct disk *const given[], unsigned count);

/** Bring a disk back that was given up, if its backend lets it. Return: 0, -XEN_ENOTCONN, or
 *  -XEN_EBUSY while another call waits. */
int disks_reset(struct disk *disk);

/**** Between disks.c, disks_handover.c and disks_transfer.c ****/

void disks_set_mode(struct disks *disks, enum handover_mode mode);

/** With disks open, in hook mode: wait for the hook's claim; without it this boot is strict. */
void disks_need_claim(struct disks *disks);

/** Close all that are open. What is cached stays. */
void disks_close_open(struct disks *disks);

/** Before a call to a disk: notice what others may have done since the last one. Return: 0 or
 *  -XEN_EBUSY. */
int disks_begin(struct disk *disk);

/** Open a disk that was handed over, or try once more to open one with a drive of its own. Return:
 *  0 or -XEN_ENOTCONN. */
int disks_open(struct disk *disk);

/** After the call: have what it has opened claimed by the hook; in strict mode, leave nothing open.
 */
void disks_end(struct disk *disk);

#endif
