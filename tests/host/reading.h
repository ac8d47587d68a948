/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A firmware with large disks and a cache of the default size, for tests of what reads cost. */
#ifndef READING_H
#define READING_H

#include "firmware.h"

#define READING_SECTORS_MAX  128u
#define READING_DISK_SECTORS 2097152u /* 1 GiB */

extern struct disks reading_disks;
extern struct backend *reading_backend; /* of the first disk */

/** What reads cost. */
struct reading_cost {
    uint64_t connections, requests, sectors;
};

/** Start the firmware with one disk. */
void reading_start(enum handover_mode mode);

/** Start the firmware with one disk, and a cache of @lines lines. */
void reading_start_small(enum handover_mode mode, uint32_t lines);

/** Start the firmware with two disks. */
void reading_start_two(enum handover_mode mode);

/** Return the cost since the start has ended. */
struct reading_cost reading_cost(void);

/** Read from the first disk by int13, and compare. @count: at most READING_SECTORS_MAX. */
void reading_check(uint64_t sector, uint32_t count);

/** Read from disk @disk, 0 or 1. */
void reading_check_disk(unsigned disk, uint64_t sector, uint32_t count);

#endif
