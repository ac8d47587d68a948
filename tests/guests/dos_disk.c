/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "dos_disk.h"

#include "volume.h"

#define FAT         LOW_BUFFERS
#define ROOT        (LOW_BUFFERS + 0x4000)
#define BOOT        (LOW_BUFFERS + 0x6000)
#define DATA        (LOW_BUFFERS + 0x10000)
#define SOURCE_DATA HIGH_BUFFERS
#define SOURCE_MOST 0x100000u

/* Where DOS keeps its own code. */
#define RESIDENT      0x700u
#define RESIDENT_NEXT 0x10
#define RESIDENT_USES 0x14
#define VECTOR_13     0x4cu

/* inc word cs:[14h]; jmp far cs:[10h] */
static const uint8_t resident[] = {0x2e, 0xff, 0x06, RESIDENT_USES, 0,
                                   0x2e, 0xff, 0x2e, RESIDENT_NEXT, 0};

void dos_disk_hook(void)
{
    memcpy(at(RESIDENT), resident, sizeof(resident));
    memcpy(at(RESIDENT + RESIDENT_NEXT), at(VECTOR_13), 4);
    *(uint32_t *)at(VECTOR_13) = RESIDENT >> 4 << 16;
    *(uint16_t *)at(RESIDENT + RESIDENT_USES) = 0;
}

uint32_t dos_disk_hooked(void)
{
    return *(uint16_t *)at(RESIDENT + RESIDENT_USES);
}

static struct fat12_entry *find(const char *name)
{
    struct fat12_entry *entry = at(ROOT);

    for (unsigned i = 0; i < FAT12_ROOT_ENTRIES; i++, entry++) {
        if (name ? !memcmp(entry->name, name, sizeof(entry->name)) : !entry->name[0])
            return entry;
    }
    return NULL;
}

static bool mount(void)
{
    return volume_open(BOOT) && volume_move(OPERATION_READ, 1, FAT12_FAT_SECTORS, FAT) &&
           volume_move(OPERATION_READ, FAT12_ROOT_START, FAT12_ROOT_SECTORS, ROOT);
}

/* Read a file; if `with` is not 0, compare its clusters with those there. */
static bool read_file(const struct fat12_entry *entry, uint32_t to, uint32_t with)
{
    uint32_t cluster = entry->cluster;

    for (uint32_t got = 0; got < entry->bytes; got += FAT12_CLUSTER_BYTES) {
        if (!check(cluster >= FAT12_FIRST_CLUSTER && cluster < FAT12_LAST_LEAST,
                   "the chain ends after %x bytes, in cluster %x", got, cluster) ||
            !volume_move(OPERATION_READ, volume_cluster_sector(cluster), FAT12_CLUSTER_SECTORS,
                         DATA))
            return false;
        if (with)
            check(!memcmp(at(DATA), at(with + got), FAT12_CLUSTER_BYTES),
                  "the copy differs in its cluster %x", cluster);
        else
            memcpy(at(to + got), at(DATA), FAT12_CLUSTER_BYTES);
        cluster = fat12_get(at(FAT), cluster);
    }
    return check(cluster >= FAT12_LAST_LEAST, "the chain goes on behind the file");
}

/* A free cluster after one in use, so that the new chain is fragmented. */
static uint32_t free_cluster(uint32_t after, uint32_t clusters)
{
    for (uint32_t cluster = after + 1; cluster < FAT12_FIRST_CLUSTER + clusters; cluster++) {
        if (!fat12_get(at(FAT), cluster))
            return cluster;
    }
    return 0;
}

static bool write_file(const char *name, uint32_t from, uint32_t bytes)
{
    uint32_t clusters = volume_clusters(at(BOOT));
    struct fat12_entry *entry = find(NULL);
    uint32_t last = 0, cluster = 1;

    if (!check(entry != NULL, "the directory is full"))
        return false;
    memset(entry, 0, sizeof(*entry));
    memcpy(entry->name, name, sizeof(entry->name));
    entry->bytes = bytes;
    for (uint32_t done = 0; done < bytes; done += FAT12_CLUSTER_BYTES) {
        cluster = free_cluster(cluster, clusters);
        if (!check(cluster != 0, "the volume is full"))
            return false;
        memcpy(at(DATA), at(from + done), FAT12_CLUSTER_BYTES);
        if (!volume_move(OPERATION_WRITE, volume_cluster_sector(cluster), FAT12_CLUSTER_SECTORS,
                         DATA))
            return false;
        fat12_set(at(FAT), cluster, FAT12_LAST);
        if (last)
            fat12_set(at(FAT), last, cluster);
        else
            entry->cluster = (uint16_t)cluster;
        last = cluster;
    }
    for (unsigned i = 0; i < FAT12_FATS; i++) {
        if (!volume_move(OPERATION_WRITE, 1 + i * FAT12_FAT_SECTORS, FAT12_FAT_SECTORS, FAT))
            return false;
    }
    return volume_move(OPERATION_WRITE, FAT12_ROOT_START, FAT12_ROOT_SECTORS, ROOT);
}

bool dos_disk_copy(void)
{
    const struct fat12_entry *source, *written;
    uint32_t bytes;

    if (!mount())
        return false;
    source = find("SOURCE  BIN");
    if (!check(source && source->bytes <= SOURCE_MOST, "SOURCE.BIN is not there"))
        return false;
    bytes = source->bytes;
    if (!read_file(source, SOURCE_DATA, 0) || !write_file("COPY    BIN", SOURCE_DATA, bytes))
        return false;
    /* As after a restart: forget all that was read. */
    memset(at(FAT), 0, FAT12_FAT_SECTORS * SECTOR);
    memset(at(ROOT), 0, FAT12_ROOT_SECTORS * SECTOR);
    if (!mount())
        return false;
    written = find("COPY    BIN");
    return check(written && written->bytes == bytes, "COPY.BIN is not there") &&
           read_file(written, 0, SOURCE_DATA);
}

bool dos_disk_touch(void)
{
    return volume_move(OPERATION_READ, FAT12_ROOT_START, FAT12_ROOT_SECTORS, ROOT) &&
           volume_move(OPERATION_WRITE, FAT12_ROOT_START, FAT12_ROOT_SECTORS, ROOT);
}
