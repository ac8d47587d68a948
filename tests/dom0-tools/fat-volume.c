/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A FAT12 volume on a disk image, after a guest program (tests/guests/fat12.h):
 *
 *   fat-volume make IMAGE FILE           make a volume with FILE as SOURCE.BIN, fragmented
 *   fat-volume fill IMAGE FILE COUNT     make one with COUNT files, SOURCE00.BIN and so on, whose
 *                                        clusters are in sequences of 1, 2, 4, 8 and 16
 *   fat-volume check IMAGE FILE COUNT    check that the volume is consistent, and holds COUNT files
 *                                        with the contents of FILE
 *
 * A file with the digits NN in its name has FILE's clusters from number NN on, and then those
 * before it, so that no two files are equal.
 *
 * Exit status 0 if so, 1 if not, 2 if it could not be done.
 */
#include "transfers.h"

#include "../guests/fat12.h"

#include <stdlib.h>
#include <string.h>

#define CLUSTERS_MOST 4084u
#define PIECES_STEP                                                                                \
    3u /* the source uses every third cluster, so that free space is fragmented too */
#define RUN_MOST    16u
#define NAME_DIGITS 6u /* their place in a name */

static uint8_t *volume;
static uint32_t volume_sectors, clusters;

static uint8_t *sector_at(uint32_t sector)
{
    return volume + sector * FAT12_SECTOR_BYTES;
}
static uint8_t *fat(unsigned number)
{
    return sector_at(1 + number * FAT12_FAT_SECTORS);
}

static uint8_t *cluster_data(uint32_t cluster)
{
    return sector_at(FAT12_DATA_START + (cluster - FAT12_FIRST_CLUSTER) * FAT12_CLUSTER_SECTORS);
}

static struct image whole_file(const char *path)
{
    struct image file = image_open(path);

    if (file.sectors % FAT12_CLUSTER_SECTORS)
        die("%s is no number of clusters", path);
    return file;
}

/* Which of the source's clusters is cluster number @index of the file with this name. */
static uint32_t rotated(const char *name, uint32_t index, const struct image *source)
{
    uint32_t first = 0;

    for (unsigned i = NAME_DIGITS; i < NAME_DIGITS + 2 && name[i] >= '0' && name[i] <= '9'; i++)
        first = first * 10 + (uint32_t)(name[i] - '0');
    return (index + first) % (uint32_t)(source->sectors / FAT12_CLUSTER_SECTORS);
}

static void make_empty(void)
{
    struct fat12_boot boot = {
        .jump = {0xeb, 0x3c, 0x90},
        .maker = "LABTEST",
        .sector_bytes = FAT12_SECTOR_BYTES,
        .cluster_sectors = FAT12_CLUSTER_SECTORS,
        .reserved_sectors = 1,
        .fats = FAT12_FATS,
        .root_entries = FAT12_ROOT_ENTRIES,
        .sectors = (uint16_t)volume_sectors,
        .media = 0xf8,
        .fat_sectors = FAT12_FAT_SECTORS,
        .hidden_sectors = FAT12_VOLUME_START,
    };

    memset(volume, 0, FAT12_DATA_START * FAT12_SECTOR_BYTES);
    memcpy(sector_at(0), &boot, sizeof(boot));
    fat12_set(fat(0), 0, 0xff8);
    fat12_set(fat(0), 1, FAT12_LAST);
}

/* Add a file to the directory, and finish the FATs. */
static void add_entry(unsigned index, const char *name, uint32_t cluster,
                      const struct image *source)
{
    struct fat12_entry *entry = (struct fat12_entry *)(void *)sector_at(FAT12_ROOT_START) + index;

    memcpy(entry->name, name, sizeof(entry->name));
    entry->cluster = (uint16_t)cluster;
    entry->bytes = (uint32_t)(source->sectors * SECTOR);
    memcpy(fat(1), fat(0), FAT12_FAT_SECTORS * FAT12_SECTOR_BYTES);
}

static void make(const struct image *source)
{
    uint32_t count = (uint32_t)(source->sectors / FAT12_CLUSTER_SECTORS), last = 0;

    if (count * PIECES_STEP + FAT12_FIRST_CLUSTER > clusters)
        die("the file is too large");
    make_empty();
    /* From the end of the file to its start, at rising places of the disk. */
    for (uint32_t i = 0; i < count; i++) {
        uint32_t cluster = FAT12_FIRST_CLUSTER + i * PIECES_STEP;
        memcpy(cluster_data(cluster), source->data + (count - 1 - i) * FAT12_CLUSTER_BYTES,
               FAT12_CLUSTER_BYTES);
        fat12_set(fat(0), cluster, last ? last : FAT12_LAST);
        last = cluster;
    }
    add_entry(0, "SOURCE  BIN", last, source);
}

/* Place the file's clusters from *cluster on, with a free cluster after each sequence. *cluster is
 * then the cluster after the file. Return: its first cluster. */
static uint32_t place(const char *name, uint32_t *cluster, const struct image *source)
{
    uint32_t count = (uint32_t)(source->sectors / FAT12_CLUSTER_SECTORS), first = *cluster;
    uint32_t run = 1, used = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t here = *cluster;

        if (here >= FAT12_FIRST_CLUSTER + clusters)
            die("the files are too large");
        memcpy(cluster_data(here), source->data + rotated(name, i, source) * FAT12_CLUSTER_BYTES,
               FAT12_CLUSTER_BYTES);
        *cluster += 1;
        if (++used == run) {
            run = run == RUN_MOST ? 1 : run * 2;
            used = 0;
            *cluster += 1;
        }
        fat12_set(fat(0), here, i + 1 < count ? *cluster : FAT12_LAST);
    }
    return first;
}

static void fill(const struct image *source, unsigned files)
{
    uint32_t cluster = FAT12_FIRST_CLUSTER;

    if (files > FAT12_ROOT_ENTRIES)
        die("too many files");
    make_empty();
    for (unsigned i = 0; i < files; i++) {
        char name[12];

        snprintf(name, sizeof(name), "SOURCE%02uBIN", i % 100);
        add_entry(i, name, place(name, &cluster, source), source);
    }
}

/* Compare one file, and note its clusters. Return: the number of faults. */
static unsigned check_file(const struct fat12_entry *entry, const struct image *source, bool *used)
{
    uint32_t cluster = entry->cluster, bytes = (uint32_t)(source->sectors * SECTOR);
    unsigned wrong = 0;

    if (entry->bytes != bytes) {
        printf("%.11s: %u bytes, not %u\n", entry->name, entry->bytes, bytes);
        return 1;
    }
    for (uint32_t at = 0; at < bytes; at += FAT12_CLUSTER_BYTES) {
        if (cluster < FAT12_FIRST_CLUSTER || cluster >= FAT12_FIRST_CLUSTER + clusters ||
            used[cluster]) {
            printf("%.11s: cluster %u after %u bytes\n", entry->name, cluster, at);
            return wrong + 1;
        }
        used[cluster] = true;
        uint32_t index = rotated(entry->name, at / FAT12_CLUSTER_BYTES, source);
        if (memcmp(cluster_data(cluster), source->data + index * FAT12_CLUSTER_BYTES,
                   FAT12_CLUSTER_BYTES) &&
            !wrong++)
            printf("%.11s: other data in cluster %u, after %u bytes\n", entry->name, cluster, at);
        cluster = fat12_get(fat(0), cluster);
    }
    if (cluster < FAT12_LAST_LEAST) {
        printf("%.11s: its chain goes on\n", entry->name);
        wrong++;
    }
    return wrong;
}

static int check(const struct image *source, unsigned expected)
{
    static bool used[CLUSTERS_MOST + FAT12_FIRST_CLUSTER];
    const struct fat12_entry *entry = (const void *)sector_at(FAT12_ROOT_START);
    unsigned files = 0, wrong = 0;

    for (unsigned i = 0; i < FAT12_ROOT_ENTRIES && entry->name[0]; i++, entry++, files++)
        wrong += check_file(entry, source, used);
    for (uint32_t cluster = FAT12_FIRST_CLUSTER; cluster < FAT12_FIRST_CLUSTER + clusters;
         cluster++)
        if (!used[cluster] && fat12_get(fat(0), cluster) && wrong++ < 5)
            printf("cluster %u belongs to no file\n", cluster);
    if (memcmp(fat(0), fat(1), FAT12_FAT_SECTORS * FAT12_SECTOR_BYTES) && ++wrong)
        printf("the FATs differ\n");
    printf("%u files, %u faults\n", files, wrong);
    return wrong || files != expected;
}

static void write_back(const char *path)
{
    FILE *file = fopen(path, "r+");
    size_t size = volume_sectors * FAT12_SECTOR_BYTES;

    if (!file || fseek(file, FAT12_VOLUME_START * FAT12_SECTOR_BYTES, SEEK_SET) ||
        fwrite(volume, 1, size, file) != size || fclose(file))
        die("%s cannot be written", path);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        die("usage: fat-volume make IMAGE FILE | fill IMAGE FILE COUNT | check IMAGE FILE COUNT");
    struct image image = image_open(argv[2]), source = whole_file(argv[3]);
    if (image.sectors < FAT12_VOLUME_START + FAT12_DATA_START ||
        image.sectors - FAT12_VOLUME_START > UINT16_MAX)
        die("%s has no size for such a volume", argv[2]);
    volume = image.data + FAT12_VOLUME_START * FAT12_SECTOR_BYTES;
    volume_sectors = (uint32_t)image.sectors - FAT12_VOLUME_START;
    clusters = (volume_sectors - FAT12_DATA_START) / FAT12_CLUSTER_SECTORS;
    if (clusters > CLUSTERS_MOST || clusters * 3 / 2 + 4 > FAT12_FAT_SECTORS * FAT12_SECTOR_BYTES)
        die("%s is too large", argv[2]);
    if (!strcmp(argv[1], "check"))
        return argc < 5 || check(&source, (unsigned)atoi(argv[4]));
    if (!strcmp(argv[1], "fill") && argc == 5)
        fill(&source, (unsigned)atoi(argv[4]));
    else
        make(&source);
    write_back(argv[2]);
    return 0;
}
