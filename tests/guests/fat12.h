/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The FAT12 volume after the guest program's image. fat-volume makes it in dom0, and the guest
 * program "dos" uses it.
 */
#ifndef FAT12_H
#define FAT12_H

#include <stdint.h>

#define FAT12_VOLUME_START    256u /* sector of the disk */
#define FAT12_SECTOR_BYTES    512u
#define FAT12_CLUSTER_SECTORS 4u
#define FAT12_CLUSTER_BYTES   (FAT12_CLUSTER_SECTORS * FAT12_SECTOR_BYTES)
#define FAT12_FATS            2u
#define FAT12_FAT_SECTORS     8u
#define FAT12_ROOT_ENTRIES    64u
#define FAT12_ROOT_SECTORS    (FAT12_ROOT_ENTRIES * 32 / FAT12_SECTOR_BYTES)
#define FAT12_ROOT_START      (1 + FAT12_FATS * FAT12_FAT_SECTORS) /* sectors of the volume */
#define FAT12_DATA_START      (FAT12_ROOT_START + FAT12_ROOT_SECTORS)
#define FAT12_FIRST_CLUSTER   2u
#define FAT12_LAST            0xfffu
#define FAT12_LAST_LEAST      0xff8u

/* The boot sector up to the end of the common parameters. */
struct fat12_boot {
    uint8_t jump[3];
    char maker[8];
    uint16_t sector_bytes;
    uint8_t cluster_sectors;
    uint16_t reserved_sectors;
    uint8_t fats;
    uint16_t root_entries;
    uint16_t sectors;
    uint8_t media;
    uint16_t fat_sectors;
    uint16_t track_sectors;
    uint16_t heads;
    uint32_t hidden_sectors;
} __attribute__((packed));

/* A directory entry. */
struct fat12_entry {
    char name[11];
    uint8_t attributes;
    uint8_t reserved[10];
    uint16_t time, date;
    uint16_t cluster;
    uint32_t bytes;
} __attribute__((packed));

_Static_assert(sizeof(struct fat12_boot) == 32, "FAT's parameter block");
_Static_assert(sizeof(struct fat12_entry) == 32, "FAT's directory entry");

static inline uint32_t fat12_get(const uint8_t *fat, uint32_t cluster)
{
    const uint8_t *pair = fat + cluster * 3 / 2;
    uint32_t both = pair[0] | (uint32_t)pair[1] << 8;

    return cluster % 2 ? both >> 4 : both & 0xfff;
}

static inline void fat12_set(uint8_t *fat, uint32_t cluster, uint32_t value)
{
    uint8_t *pair = fat + cluster * 3 / 2;
    uint32_t both = pair[0] | (uint32_t)pair[1] << 8;

    both = cluster % 2 ? (both & 0xf) | value << 4 : (both & 0xf000) | value;
    pair[0] = (uint8_t)both;
    pair[1] = (uint8_t)(both >> 8);
}

#endif
