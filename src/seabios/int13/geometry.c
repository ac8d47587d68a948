/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "geometry.h"

#include "xen/base/bytes.h"
#include "xen/base/decimal.h"
#include "xen/base/divide.h"

/* ATA: the largest geometry of a disk. */
#define ATA_CYLINDERS_MAX 16383u
#define ATA_HEADS_MAX     16u
#define TRACK_SECTORS_MAX 63u

/* int13: the largest geometry. */
#define INT13_CYLINDERS_MAX 1024u
#define INT13_HEADS_MAX     255u

/* SeaBIOS takes the last cylinder but one for the last: a drive needs two. */
#define INT13_CYLINDERS_MIN 2u

/* For bit shifts up to 255 heads: SeaBIOS' translation "large". */
#define LARGE_HEADS_MAX 127u

static uint16_t clamp(uint64_t number, uint32_t min, uint32_t max)
{
    return (uint16_t)(number < min ? min : number > max ? max : number);
}

/* Return the geometry with these heads and sectors, and at most @max cylinders. */
static struct chs chs_of(uint64_t disk_sectors, uint32_t heads, uint32_t sectors, uint32_t max)
{
    uint64_t cylinders = divide_u64(disk_sectors, heads * sectors, 0);

    return (struct chs){clamp(cylinders, INT13_CYLINDERS_MIN, max), (uint16_t)heads,
                        (uint16_t)sectors};
}

/* Return the smallest number of heads that reaches all tracks, in the steps of LBA assist. */
static uint32_t lba_heads(uint32_t tracks)
{
    for (uint32_t heads = ATA_HEADS_MAX; heads < INT13_HEADS_MAX; heads *= 2)
        if (tracks / INT13_CYLINDERS_MAX <= heads)
            return heads;
    return INT13_HEADS_MAX;
}

#define TRACKS_MAX ((uint64_t)INT13_CYLINDERS_MAX * INT13_HEADS_MAX)

/* LBA assist: the logical geometry of a disk of which only the size is known. */
static struct chs chs_by_lba(uint64_t disk_sectors)
{
    uint64_t tracks = divide_u64(disk_sectors, TRACK_SECTORS_MAX, 0);

    if (tracks > TRACKS_MAX)
        tracks = TRACKS_MAX;
    return chs_of(tracks * TRACK_SECTORS_MAX, lba_heads((uint32_t)tracks), TRACK_SECTORS_MAX,
                  INT13_CYLINDERS_MAX);
}

/* Bit shifts: half of the cylinders, twice the heads. */
static struct chs chs_by_shifts(struct chs chs)
{
    while (chs.cylinders > INT13_CYLINDERS_MAX && chs.heads <= LARGE_HEADS_MAX) {
        chs.cylinders /= 2;
        chs.heads *= 2;
    }
    chs.cylinders = clamp(chs.cylinders, 0, INT13_CYLINDERS_MAX);
    return chs;
}

static struct chs chs_by_size(uint64_t disk_sectors)
{
    return chs_of(disk_sectors, ATA_HEADS_MAX, TRACK_SECTORS_MAX, ATA_CYLINDERS_MAX);
}

static struct geometry geometry_by_size(uint64_t disk_sectors)
{
    struct geometry geometry = {.physical = chs_by_size(disk_sectors)};

    geometry.logical = geometry.physical.cylinders <= INT13_CYLINDERS_MAX
                           ? geometry.physical
                           : chs_by_lba(disk_sectors);
    return geometry;
}

/* No translation if the disk can have so many heads. Else it is translated: QEMU then takes the
 * size alone, and not these heads. */
static struct geometry geometry_by_partition(const struct chs_hint *hint, uint64_t disk_sectors)
{
    struct geometry geometry;

    if (hint->heads > ATA_HEADS_MAX) {
        geometry = geometry_by_size(disk_sectors);
        if (geometry.physical.cylinders <= (INT13_CYLINDERS_MAX << 7) / ATA_HEADS_MAX)
            geometry.logical = chs_by_shifts(geometry.physical);
        return geometry;
    }
    geometry.physical = (struct chs){
        .cylinders = (uint16_t)divide_u64(disk_sectors, (uint32_t)hint->heads * hint->sectors, 0),
        .heads = hint->heads,
        .sectors = hint->sectors,
    };
    geometry.logical = geometry.physical;
    geometry.logical.cylinders = clamp(geometry.physical.cylinders, 0, INT13_CYLINDERS_MAX);
    return geometry;
}

static struct geometry geometry_with(uint32_t heads, uint32_t sectors, uint64_t disk_sectors)
{
    struct geometry geometry = {.logical =
                                    chs_of(disk_sectors, heads, sectors, INT13_CYLINDERS_MAX)};

    geometry.physical = heads > ATA_HEADS_MAX
                            ? chs_by_size(disk_sectors)
                            : chs_of(disk_sectors, heads, sectors, ATA_CYLINDERS_MAX);
    return geometry;
}

struct geometry geometry_choose(const struct geometry_option *option, const struct chs_hint *hint,
                                uint64_t disk_sectors)
{
    if (option->mode == GEOMETRY_SET)
        return geometry_with(option->heads, option->sectors, disk_sectors);
    if (option->mode == GEOMETRY_LBA || hint->source == CHS_UNKNOWN)
        return geometry_by_size(disk_sectors);
    if (hint->source == CHS_VOLUME)
        return geometry_with(hint->heads, hint->sectors, disk_sectors);
    return geometry_by_partition(hint, disk_sectors);
}

const char *geometry_source(const struct geometry_option *option, const struct chs_hint *hint)
{
    if (option->mode == GEOMETRY_SET)
        return "option geometry";
    if (option->mode == GEOMETRY_LBA || hint->source == CHS_UNKNOWN)
        return "size of the disk";
    return hint->source == CHS_VOLUME ? "FAT volume" : "partition table";
}

/**** The option ****/

/* Size of the longest number of a value, with the terminating zero. */
#define NUMBER_BYTES 4u

static bool option_is(const char *value, const char *name)
{
    uint32_t length = string_length(name);

    return string_length(value) == length && bytes_equal(value, name, length);
}

/* Parse the number before @end. Return: whether it is from 1 to @max. */
static bool option_number(const char *value, uint32_t length, uint64_t max, uint16_t *number)
{
    char digits[NUMBER_BYTES] = "";
    uint64_t parsed;

    if (length >= NUMBER_BYTES)
        return false;
    bytes_copy(digits, value, length);
    if (!decimal_parse_u64(digits, max, &parsed) || !parsed)
        return false;
    *number = (uint16_t)parsed;
    return true;
}

bool geometry_option_parse(const char *value, void *option)
{
    struct geometry_option parsed = {.mode = GEOMETRY_SET}, *result = option;
    uint32_t length = string_length(value), x = 0;

    if (option_is(value, "auto") || option_is(value, "lba")) {
        result->mode = value[0] == 'a' ? GEOMETRY_AUTO : GEOMETRY_LBA;
        return true;
    }
    while (x < length && value[x] != 'x')
        x++;
    if (x == length || !option_number(value, x, INT13_HEADS_MAX, &parsed.heads) ||
        !option_number(value + x + 1, length - x - 1, TRACK_SECTORS_MAX, &parsed.sectors))
        return false;
    *result = parsed;
    return true;
}
