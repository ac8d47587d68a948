/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "first_sector.h"

#include "xen/base/bytes.h"
#include "xen/base/divide.h"

/* The last two bytes of a boot sector. */
#define BOOT_SIGNATURE_0 0x55
#define BOOT_SIGNATURE_1 0xaa

/* The master boot record. */
#define MBR_TABLE       446u
#define MBR_ENTRIES     4u
#define MBR_ENTRY_BYTES 16u
#define ENTRY_FLAG      0u
#define ENTRY_TYPE      4u
#define ENTRY_END_HEAD  5u
#define ENTRY_END_TRACK 6u /* bits 0 to 5: the last sector */
#define ENTRY_START     8u
#define ENTRY_SIZE      12u
#define FLAG_ACTIVE     0x80
#define CHS_SECTOR_MASK 63u

/* The largest number of cylinders of an ATA disk. */
#define GUESS_CYLINDERS_MAX 16383u

/* The boot sector of a FAT volume. Source: Microsoft's FAT specification, "Boot Sector and BPB". */
#define BPB_SECTOR_BYTES  11u
#define BPB_CLUSTER       13u
#define BPB_RESERVED      14u
#define BPB_FATS          16u
#define BPB_SIZE_16       19u
#define BPB_MEDIA         21u
#define BPB_TRACK_SECTORS 24u
#define BPB_HEADS         26u
#define BPB_HIDDEN        28u
#define BPB_SIZE_32       32u
#define MEDIA_MIN         0xf0
#define JUMP_SHORT        0xeb
#define JUMP_NEAR         0xe9

bool first_sector_is_bootable(const uint8_t *sector)
{
    return sector[SECTOR_BYTES - 2] == BOOT_SIGNATURE_0 &&
           sector[SECTOR_BYTES - 1] == BOOT_SIGNATURE_1;
}

static uint32_t sector_u16(const uint8_t *at)
{
    return (uint32_t)(at[0] | at[1] << 8);
}

static uint32_t sector_u32(const uint8_t *at)
{
    return sector_u16(at) | sector_u16(at + 2) << 16;
}

static struct chs_hint chs_of_entry(const uint8_t *entry, uint64_t disk_sectors)
{
    struct chs_hint hint = {
        .source = CHS_PARTITION,
        .heads = (uint16_t)(entry[ENTRY_END_HEAD] + 1),
        .sectors = entry[ENTRY_END_TRACK] & CHS_SECTOR_MASK,
    };
    const struct chs_hint unknown = {.source = CHS_UNKNOWN};

    if (!sector_u32(entry + ENTRY_SIZE) || hint.heads == 1 || !hint.sectors)
        return unknown;
    uint64_t cylinders = divide_u64(disk_sectors, (uint32_t)hint.heads * hint.sectors, 0);
    return cylinders && cylinders <= GUESS_CYLINDERS_MAX ? hint : unknown;
}

static bool entry_is_empty(const uint8_t *entry)
{
    for (unsigned i = 0; i < MBR_ENTRY_BYTES; i++)
        if (entry[i])
            return false;
    return true;
}

static bool entry_is_partition(const uint8_t *entry, uint64_t disk_sectors)
{
    uint64_t start = sector_u32(entry + ENTRY_START), size = sector_u32(entry + ENTRY_SIZE);

    return !(entry[ENTRY_FLAG] & ~FLAG_ACTIVE) && entry[ENTRY_TYPE] && start && size &&
           start + size <= disk_sectors;
}

/* Check whether there is a partition table: boot code in its place does not look like one. */
static bool mbr_has_table(const uint8_t *sector, uint64_t disk_sectors)
{
    unsigned partitions = 0;

    for (unsigned i = 0; i < MBR_ENTRIES; i++) {
        const uint8_t *entry = sector + MBR_TABLE + i * MBR_ENTRY_BYTES;

        if (entry_is_partition(entry, disk_sectors))
            partitions++;
        else if (!entry_is_empty(entry))
            return false;
    }
    return partitions;
}

/* A volume in a partition has hidden sectors before it: then this is no copy of the disk's start.
 */
static bool bpb_is_of_disk(const uint8_t *sector, uint64_t disk_sectors)
{
    uint32_t cluster = sector[BPB_CLUSTER], size = sector_u16(sector + BPB_SIZE_16);

    if (!size)
        size = sector_u32(sector + BPB_SIZE_32);
    return (sector[0] == JUMP_SHORT || sector[0] == JUMP_NEAR) &&
           sector_u16(sector + BPB_SECTOR_BYTES) == SECTOR_BYTES && cluster &&
           !(cluster & (cluster - 1)) && sector_u16(sector + BPB_RESERVED) &&
           (sector[BPB_FATS] == 1 || sector[BPB_FATS] == 2) && sector[BPB_MEDIA] >= MEDIA_MIN &&
           !sector_u32(sector + BPB_HIDDEN) && size && size <= disk_sectors;
}

static struct chs_hint chs_of_volume(const uint8_t *sector)
{
    uint32_t heads = sector_u16(sector + BPB_HEADS);
    uint32_t sectors = sector_u16(sector + BPB_TRACK_SECTORS);
    struct chs_hint hint = {.source = CHS_UNKNOWN};

    if (heads && heads <= UINT8_MAX && sectors && sectors <= CHS_SECTOR_MASK)
        hint = (struct chs_hint){CHS_VOLUME, (uint16_t)heads, (uint16_t)sectors};
    return hint;
}

struct chs_hint first_sector_parse(const uint8_t *sector, uint64_t disk_sectors)
{
    struct chs_hint hint = {.source = CHS_UNKNOWN};

    if (!first_sector_is_bootable(sector))
        return hint;
    /* A boot loader for a partitioned disk keeps the block of a volume that was there before. */
    if (bpb_is_of_disk(sector, disk_sectors) && !mbr_has_table(sector, disk_sectors))
        hint = chs_of_volume(sector);
    for (unsigned i = 0; i < MBR_ENTRIES && hint.source == CHS_UNKNOWN; i++)
        hint = chs_of_entry(sector + MBR_TABLE + i * MBR_ENTRY_BYTES, disk_sectors);
    return hint;
}
