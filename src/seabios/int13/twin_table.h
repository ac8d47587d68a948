/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The table of twins (twin.h), shared by 16-bit and 32-bit code.
 */
#ifndef SEABIOS_TWIN_TABLE_H
#define SEABIOS_TWIN_TABLE_H

#include "block.h" // struct drive_s

/** What serves the drive of a twin. */
enum twin_state {
    TWIN_PV,
    TWIN_CLOSING,  /* the emulated disk; the PV disk may still be open and must be closed */
    TWIN_EMULATED, /* the emulated disk */
    TWIN_REFUSED,  /* nothing, only errors: a lost write may still reach the disk */
    TWIN_UNPAIRED, /* the emulated disk, from the start: a PV driver may not see writes to it */
};

/** 16-bit code reads and writes it even where no 32-bit code can run, so it is below 1 MiB. */
struct twin {
    struct drive_s *drive; /* SeaBIOS' drive for the emulated disk */
    u32 watched_register;  /* of foreign_access.c */
    u32 watched_value;
    u8 state;
    u8 compared; /* of a CD-ROM: both sides have shown the same medium */
    u8 told;     /* of a CD-ROM: the log says that PV serves it */
} PACKED;

extern struct twin XenpvTwins[BUILD_MAX_EXTDRIVE];
extern u8 XenpvTwinCount;

/** The emulated CD-ROM drives that have not done a command in POST, before there are twins: a bit
 * for each IDE unit. */
extern u8 XenpvCdErrors;

/** Set while a call asks an emulated CD-ROM drive: a handler of an interrupt may call meanwhile. */
extern u8 XenpvCdAsked;

/** Find the index in XenpvTwins of the twin with the drive @drive_fl; -1 if it is none. */
int twin_find(struct drive_s *drive_fl);

/** Make a twin fall back to the emulated disk. 32-bit code closes the PV disk when it runs next. */
void twin_fall_back(int index, const char *why);

/** Check whether a request to SeaBIOS' own driver is a command to an emulated CD-ROM drive. */
int twin_is_cd_command(struct disk_op_s *op);

/** The emulated CD-ROM drive @drive_fl has not done a command: it may have another medium. Its PV
 * device is used no more, or in POST not at all. */
void twin_note_cd_error(struct drive_s *drive_fl);

/** Before a write to the emulated disk of an unpaired twin: log the first one. */
void twin_note_write(int index);

#endif
