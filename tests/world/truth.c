/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "truth.h"

#include "backends.h"
#include "model/disk.h"
#include "model/world.h"
#include "report.h"

#include <string.h>

/* Generations that a sector may be of, the last one that was begun first. Generation 0 is what the
 * image held at the start. */
#define MAYBES 12u

static struct sector {
    unsigned count;
    uint32_t generation[MAYBES];
} sectors[BACKENDS_MAX][WORLD_DISK_SECTORS];

static uint32_t generation;

void truth_reset(void)
{
    memset(sectors, 0, sizeof(sectors));
    generation = 0;
}

/* What a sector holds that was written in this generation. */
static void fill(unsigned disk, uint32_t sector, uint32_t of, uint8_t *bytes)
{
    uint64_t value = ((uint64_t)of << 32 | disk << 24 | sector) * UINT64_C(0x9e3779b97f4a7c15);

    for (unsigned at = 0; at < DISK_SECTOR_BYTES; at += sizeof(value)) {
        value = value * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        memcpy(bytes + at, &value, sizeof(value));
    }
}

static void original(unsigned disk, uint32_t sector, uint8_t *bytes)
{
    disk_read_original((uint64_t)disk * WORLD_DISK_SECTORS + sector, bytes);
}

void truth_write_begin(unsigned disk, uint32_t sector, uint32_t count, void *bytes)
{
    generation++;
    for (uint32_t i = 0; i < count; i++) {
        struct sector *its = &sectors[disk][sector + i];

        fill(disk, sector + i, generation, (uint8_t *)bytes + i * DISK_SECTOR_BYTES);
        /* It may still be what it was at the start. */
        if (!its->count)
            its->count = 1;
        if (its->count == MAYBES)
            violation("more unfinished writes than the test can keep");
        memmove(its->generation + 1, its->generation, its->count++ * sizeof(its->generation[0]));
        its->generation[0] = generation;
    }
}

void truth_written(unsigned disk, uint32_t sector, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        sectors[disk][sector + i].count = 1;
}

static bool may_be(unsigned disk, uint32_t sector, const void *bytes)
{
    const struct sector *its = &sectors[disk][sector];
    uint8_t expected[DISK_SECTOR_BYTES];
    unsigned i = 0;

    do {
        if (its->count && its->generation[i])
            fill(disk, sector, its->generation[i], expected);
        else
            original(disk, sector, expected);
        if (!memcmp(expected, bytes, DISK_SECTOR_BYTES))
            return true;
    } while (++i < its->count);
    return false;
}

void truth_compare(const char *reader, unsigned disk, uint32_t sector, uint32_t count,
                   const void *bytes)
{
    for (uint32_t i = 0; i < count; i++)
        if (!may_be(disk, sector + i, (const uint8_t *)bytes + i * DISK_SECTOR_BYTES))
            violation("%s: sector %u of disk %u does not hold what was written", reader, sector + i,
                      disk);
}

void truth_compare_images(void)
{
    uint8_t bytes[DISK_SECTOR_BYTES];

    for (unsigned disk = 0; disk < backends_count(); disk++)
        for (uint32_t sector = 0; sector < WORLD_DISK_SECTORS; sector++) {
            if (!sectors[disk][sector].count)
                continue;
            disk_read((uint64_t)disk * WORLD_DISK_SECTORS + sector, bytes);
            truth_compare("the image", disk, sector, 1, bytes);
        }
}

bool truth_find(unsigned number, unsigned *disk, uint32_t *sector)
{
    for (*disk = 0; *disk < backends_count(); ++*disk)
        for (*sector = 0; *sector < WORLD_DISK_SECTORS; ++*sector)
            if (sectors[*disk][*sector].count && !number--)
                return true;
    return false;
}
