/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The table of twins (twin.h), which 16-bit code reads and writes as well.
 */
#ifndef SEABIOS_TWIN_TABLE_H
#define SEABIOS_TWIN_TABLE_H

#include "block.h" // struct drive_s

/** Who serves the drive of a twin. */
enum twin_state {
    TWIN_PV,
    TWIN_CLOSING,  /* the emulated disk; 16-bit code saw that, its PV disk may still be open */
    TWIN_EMULATED, /* the emulated disk */
    TWIN_REFUSED,  /* nobody: a write is lost that may still reach the disk */
    TWIN_UNPAIRED, /* the emulated disk, from the start: what it is told, PV may not show */
};

/** Read and written by 16-bit code also where no 32-bit code can run, so below 1 MiB. */
struct twin {
    struct drive_s *drive; /* SeaBIOS' drive for the emulated disk */
    u32 watched_register;  /* of foreign_access.c */
    u32 watched_value;
    u8 state;
} PACKED;

extern struct twin XenpvTwins[BUILD_MAX_EXTDRIVE];
extern u8 XenpvTwinCount;

/** Find the index in XenpvTwins of the twin with the drive @drive_fl; -1 if it is none. */
int twin_find(struct drive_s *drive_fl);

/** No PV for a twin from now on; its PV disk is closed when 32-bit code runs next. */
void twin_fall_back(int index, const char *why);

/** 16-bit code, before a write to the emulated disk: the first one of a twin that is unseen is
 *  told. */
void twin_note_write(int index);

#endif
