/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The FAT12 volume of a drive (fat12.h), by int13: the boot drive's, unless volume_use says
 * otherwise. */
#ifndef VOLUME_H
#define VOLUME_H

#include "fat12.h"
#include "int13.h"

/* The calls so far that transferred sectors of the volume. */
struct volume_calls {
    uint32_t reads, writes;
};
extern struct volume_calls volume_calls;

/* The sum of the two. */
uint32_t volume_calls_made(void);

/* Runs before each of these calls, unless it is NULL. It may choose how the call is made
 * (int13_mode). */
extern void (*volume_before_call)(void);

/* Use another drive, with its geometry by function 08h. */
void volume_use(uint8_t drive, const struct geometry *geometry);

/* Ask the BIOS for the drive's geometry, before the first transfer. False, with a failed check, if
 * that fails. */
bool volume_learn(void);

/* Read the volume's boot sector into the buffer, and check it. False, with a failed check, if there
 * is no such volume. */
bool volume_open(uint32_t buffer);

/* Transfer sectors of the volume by CHS. Calls end at the end of a track, as those of DOS do.
 * False, with a failed check, if one fails. */
bool volume_move(enum operation operation, uint32_t sector, uint32_t count, uint32_t buffer);

/* The same with sectors of the disk. */
bool volume_move_disk(enum operation operation, uint32_t lba, uint32_t count, uint32_t buffer);

/* The first sector of a cluster, counted from the start of the volume. */
uint32_t volume_cluster_sector(uint32_t cluster);

/* The number of clusters of a volume with this boot sector. */
uint32_t volume_clusters(const struct fat12_boot *boot);

#endif
