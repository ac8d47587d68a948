/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The drives that a program transfers from and to, and the forms in which it does. */
#ifndef DRIVES_H
#define DRIVES_H

#include "int13.h"

#define DRIVES_MOST 6u
#define FORMS       7u

/* The first data drive gets every test; the drives after it get samples. */
#define BIG_DRIVE (FIRST_DRIVE + 1)

struct drive {
    struct geometry geometry;
    uint32_t sectors;
    uint32_t chs_sectors; /* within the geometry of function 08h */
};

extern const enum form forms[FORMS];
extern unsigned drive_count; /* includes the boot drive */

/* Ask the BIOS for all drives and print them. False, with a failed check, if they cannot be used.
 */
bool drives_learn(void);

/* The drive with this number. */
const struct drive *drive_of(uint8_t number);

/* The number of sectors of a drive that a form of call reaches. */
uint32_t drive_reach(uint8_t number, enum form form);

/* A random sector of a drive from which a form of call reaches `count` sectors. */
uint32_t drive_any_lba(uint8_t number, enum form form, uint32_t count);

/* Whether this program is to use that form: the parameter "noflat" excludes flat addresses, and
 * "forms=LETTERS" all others than these. */
bool form_usable(enum form form);

/* Print a transfer as "KIND drive form lba count buffer value", for the programs in dom0. */
void transfer_report(char kind, const struct transfer *transfer, uint32_t value);

#endif
