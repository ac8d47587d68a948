/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "volume.h"

struct volume_calls volume_calls;
void (*volume_before_call)(void);

static uint8_t drive = FIRST_DRIVE;
static struct geometry geometry;

static void count_call(enum operation operation)
{
    if (operation == OPERATION_WRITE)
        volume_calls.writes++;
    else
        volume_calls.reads++;
}

bool volume_move_disk(enum operation operation, uint32_t lba, uint32_t count, uint32_t buffer)
{
    while (count) {
        uint32_t rest = geometry.sectors - lba % geometry.sectors;
        struct transfer part = {.operation = operation,
                                .form = FORM_CHS,
                                .drive = drive,
                                .lba = lba,
                                .count = count < rest ? count : rest,
                                .buffer = buffer};
        if (volume_before_call)
            volume_before_call();
        transfer_place(&part);
        struct outcome outcome = int13_transfer(&part, &geometry);
        count_call(operation);
        if (outcome.carry)
            return check(false,
                         "operation %u of %u sectors of drive %x at %x, call %u: status %02x",
                         operation, part.count, drive, lba, volume_calls_made(), outcome.status);
        lba += part.count;
        count -= part.count;
        buffer += part.count * SECTOR;
    }
    return true;
}

bool volume_move(enum operation operation, uint32_t sector, uint32_t count, uint32_t buffer)
{
    return volume_move_disk(operation, FAT12_VOLUME_START + sector, count, buffer);
}

uint32_t volume_calls_made(void)
{
    return volume_calls.reads + volume_calls.writes;
}

void volume_use(uint8_t number, const struct geometry *of_drive)
{
    drive = number;
    geometry = *of_drive;
}

bool volume_learn(void)
{
    return geometry_read(drive, &geometry);
}

bool volume_open(uint32_t buffer)
{
    const struct fat12_boot *boot = at(buffer);

    return volume_move(OPERATION_READ, 0, 1, buffer) &&
           check(boot->sector_bytes == SECTOR && boot->cluster_sectors == FAT12_CLUSTER_SECTORS &&
                     boot->hidden_sectors == FAT12_VOLUME_START,
                 "no volume of the expected kind");
}

uint32_t volume_cluster_sector(uint32_t cluster)
{
    return FAT12_DATA_START + (cluster - FAT12_FIRST_CLUSTER) * FAT12_CLUSTER_SECTORS;
}

uint32_t volume_clusters(const struct fat12_boot *boot)
{
    return (boot->sectors - FAT12_DATA_START) / FAT12_CLUSTER_SECTORS;
}
