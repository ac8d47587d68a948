/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Twins: disks that the toolstack offers as PV disks and emulates as well. SeaBIOS' drive for the
 * emulated disk stays as it is; PV serves what int13 reads from it and writes to it, from the first
 * sector on. When that is over it is over until the next reset: the emulated disk serves the rest.
 *
 * twin_policy.c decides; twin.c pairs them in POST and serves them; touched.c sees whether somebody
 * else drives the emulated disk; seam/block.c decides which way a request goes.
 */
#ifndef SEABIOS_TWIN_H
#define SEABIOS_TWIN_H

#include "block.h" // struct disk_op_s

struct disk;

/** Who serves the drive of a twin. */
enum twin_state {
    TWIN_PV,
    TWIN_LEFT,     /* the emulated disk; 16-bit code saw that, its PV disk may still be open */
    TWIN_EMULATED, /* the emulated disk */
    TWIN_REFUSED,  /* nobody: a write is lost that may still reach the disk */
    TWIN_UNSEEN,   /* the emulated disk, from the start: what it is told, PV may not show */
};

/** Read and written by 16-bit code also where no 32-bit code can run, so below 1 MiB. */
struct twin {
    struct drive_s *drive; /* SeaBIOS' drive for the emulated disk */
    u32 touched_at;        /* of touched.c */
    u32 touched_expected;
    u8 state;
} PACKED;

extern struct twin XenpvTwins[BUILD_MAX_EXTDRIVE];
extern u8 XenpvTwinCount;

/** The place in XenpvTwins of the twin with the drive @drive_fl; -1: it is none. */
int twin_find(struct drive_s *drive_fl);

/** No PV for a twin from now on; its PV disk is closed when 32-bit code runs next. */
void twin_leave(int place, const char *why);

/** 16-bit code, before a write to the emulated disk: the first one of a twin that is unseen is
 *  told. */
void twin_note_write(int place);

/**
 * POST, when SeaBIOS knows all of its drives: choose the role of a disk. One that turns out not to
 * be what its emulated twin is, is left to that.
 */
void twin_choose(struct disk *disk);

/** POST: have a disk that is emulated as well serve the drive of its twin. */
void twin_pair(struct disk *disk);

/** POST: say of a PV disk that does not work that its emulated twin is there, if it is. */
void twin_without_pv(struct disk *disk);

/** Close the PV disks of twins that were left. In 32-bit flat mode. */
void twin_tidy(void);

/* What xenpv_twin_op_32 may return besides a status of int13. */
#define TWIN_ASK_EMULATED 0x100 /* the emulated disk is to serve the request */
#define TWIN_NO_32BIT     0x101 /* for call32: it could not be called */

/** Serve a request (read, write, reset) to the drive of a twin, in 32-bit flat mode. */
int xenpv_twin_op_32(struct disk_op_s *op);

#endif
