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
#include "core.h"
#include "handover_mode.h"
#include "instant.h"
#include "vbd.h"

/** As many as there can be numbers for. */
#define DISKS_MOST 16u

struct disks;

struct disk {
    struct vbd vbd;
    struct disks *disks;
    struct instant used; /* when its last call began */
    unsigned claimed;    /* connections until the claim of the hook was last waited for */
    bool handed_over;    /* closed for who comes next, not because of a fault */
    bool write_lost;     /* a write failed, and its backend may still do it */
};

struct disks_options {
    struct core_options core;
    enum handover_mode mode; /* of the ROM; the guest may have another: see guest_option.h */
    uint32_t hook_limit_ms;  /* until the hook has claimed its ports */
    uint32_t poll_ms;        /* between two looks at backends */
    uint32_t pool_pages;     /* bounce pages of all disks together */
    uint32_t cache_bytes;
};

struct disks {
    struct core core;
    struct disks_options options;
    enum handover_mode mode;
    bool busy; /* in a call */
    struct cache cache;
    uint32_t started;          /* the platform's clock in disks_start */
    struct instant used;       /* when the last call to any of them began */
    struct instant claim_seen; /* when the claim of the hook was last looked at */
    struct disk *disk[DISKS_MOST];
    unsigned count;
};

/** Whether a disk is to be used. */
typedef bool disks_wanted(const struct vdev *vdev);

/**
 * Find the disks that are wanted and open all of them, side by side: several backends that never
 * answer cost one limit. In the order of their names.
 *
 * In strict mode they are closed again; each that could be opened is "handed over" then. With the
 * mode off there are no disks.
 * @names: scratch memory of XENSTORE_PAYLOAD_MAX bytes. Return: 0; -XEN_ENODEV when this is no Xen
 * guest; or an error that is in the log, with no disks.
 */
int disks_start(struct disks *disks, const struct disks_options *options, disks_wanted *wanted,
                char *names);

/** Whether a disk could be opened by disks_start. */
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

/*
 * What int13 asks for. Return: what vbd_read, vbd_write and vbd_check do; -XEN_ENOTCONN also for a
 * disk that was given up because of a fault; -XEN_EBUSY while another call waits, to any disk.
 */
int disks_read(struct disk *disk, uint64_t sector, uint32_t count, void *buffer);
int disks_write(struct disk *disk, uint64_t sector, uint32_t count, const void *buffer);
int disks_check(struct disk *disk, uint64_t sector, uint32_t count);

/** Who is to answer a call to a disk that is emulated as well. */
enum disks_answer {
    ANSWER_PV,       /* this side, with what it got: it is done, or the fault is the caller's */
    ANSWER_EMULATED, /* the emulated disk, which has the same sectors: to be given up here */
    ANSWER_NOBODY, /* the backend may still write what it was told to, after anything newer that the
                      emulated disk is told: to be given up here, and only errors from then on */
};

/** @error: what disks_read or disks_write has just returned. */
enum disks_answer disks_answer(const struct disk *disk, int error);

/** Use a disk no more: it is flushed and closed if it is open, and stays closed. Return: 0, or
 *  -XEN_EBUSY while another call waits: it is as it was. */
int disks_give_up(struct disk *disk);

/** Bring a disk back that was given up, if its backend lets it. Return: 0, -XEN_ENOTCONN, or
 *  -XEN_EBUSY while another call waits. */
int disks_reset(struct disk *disk);

/**** Between disks.c, disks_handover.c and disks_transfer.c ****/

/** Do what was begun with all disks, side by side. */
void disks_finish(struct disks *disks);

void disks_set_mode(struct disks *disks, enum handover_mode mode);

/** With disks open, in hook mode: wait for the hook's claim; without it this boot is strict. */
void disks_need_claim(struct disks *disks);

/** Close all that are open. What is cached stays. */
void disks_close_open(struct disks *disks);

/** Before a call to a disk: notice what others may have done since the last one. Return: 0 or
 *  -XEN_EBUSY. */
int disks_begin(struct disk *disk);

/** Open a disk that was handed over. Return: 0 or -XEN_ENOTCONN. */
int disks_open(struct disk *disk);

/** After the call: have what it has opened claimed by the hook; in strict mode, leave nothing open.
 */
void disks_end(struct disk *disk);

#endif
