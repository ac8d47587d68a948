/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Copies all files of a FAT12 volume as DOS does, and measures the time. fat-volume in dom0 makes
 * the volume ("fill"), and checks the copies ("check").
 *
 * A file is read in pieces of at most 32 KiB, and fewer where its clusters are not in sequence;
 * each piece is written before the next one is read. Calls for the FAT and the directory move one
 * sector. The program reads each of these sectors once, because DOS keeps them in its buffers. It
 * writes the sector of the directory when a file is created, and, when it is closed, that sector
 * again and each sector of the FAT that has changed, in both FATs.
 *
 * Parameter
 *   v86   make all calls from v86 mode under a memory manager with VCPI
 *
 * Prints "copies: ready" before the measurement and "copies: done" after it, and pauses at both, so
 * that dom0 can read the counters of the disk. Then, for each file, "F number microseconds=.."; and
 * "S files=.. bytes=.. reads=.. writes=.. microseconds=..".
 */
#include "read_speed.h"
#include "vcpi_server.h"
#include "volume.h"

#define FAT  LOW_BUFFERS
#define ROOT (LOW_BUFFERS + 0x4000)
#define BOOT (LOW_BUFFERS + 0x6000)
#define DATA (LOW_BUFFERS + 0x10000)

#define PIECE_CLUSTERS (64u / FAT12_CLUSTER_SECTORS)
#define FILES_MOST     (FAT12_ROOT_ENTRIES / 2)
#define NAME_KIND      6u /* letters of a name; digits follow */
#define PAUSE_MS       4000u

struct piece {
    uint32_t clusters[PIECE_CLUSTERS];
    uint32_t count;
};

/* A file that is written. */
struct target {
    struct fat12_entry *entry;
    uint32_t last; /* its last cluster so far; 0: none */
};

static bool fat_known[FAT12_FAT_SECTORS], fat_changed[FAT12_FAT_SECTORS];
static bool root_known[FAT12_ROOT_SECTORS];
static uint32_t allocated = FAT12_FIRST_CLUSTER - 1; /* the cluster that was allocated last */
static uint32_t files, bytes, microseconds[FILES_MOST];
static struct laps laps;

/**** The FAT and the directory, in DOS' buffers ****/

static bool fat_learn(uint32_t cluster)
{
    uint32_t first = cluster * 3 / 2 / SECTOR, last = (cluster * 3 / 2 + 1) / SECTOR;

    for (uint32_t i = first; i <= last; i++) {
        if (!fat_known[i] && !volume_move(OPERATION_READ, 1 + i, 1, FAT + i * SECTOR))
            return false;
        fat_known[i] = true;
    }
    return true;
}

static bool fat_change(uint32_t cluster, uint32_t value)
{
    if (!fat_learn(cluster))
        return false;
    fat12_set(at(FAT), cluster, value);
    fat_changed[cluster * 3 / 2 / SECTOR] = true;
    fat_changed[(cluster * 3 / 2 + 1) / SECTOR] = true;
    return true;
}

static bool fat_flush(void)
{
    for (uint32_t i = 0; i < FAT12_FAT_SECTORS; i++) {
        for (uint32_t copy = 0; fat_changed[i] && copy < FAT12_FATS; copy++) {
            if (!volume_move(OPERATION_WRITE, 1 + copy * FAT12_FAT_SECTORS + i, 1,
                             FAT + i * SECTOR))
                return false;
        }
        fat_changed[i] = false;
    }
    return true;
}

static uint32_t root_sector(uint32_t index)
{
    return index * sizeof(struct fat12_entry) / SECTOR;
}

/* The directory's entry with this index; NULL, with a failed check, if it cannot be read. */
static struct fat12_entry *root_entry(uint32_t index)
{
    uint32_t sector = root_sector(index);

    if (!root_known[sector] &&
        !volume_move(OPERATION_READ, FAT12_ROOT_START + sector, 1, ROOT + sector * SECTOR))
        return NULL;
    root_known[sector] = true;
    return (struct fat12_entry *)at(ROOT) + index;
}

static bool root_write(const struct fat12_entry *entry)
{
    uint32_t sector = root_sector((uint32_t)(entry - (struct fat12_entry *)at(ROOT)));

    return volume_move(OPERATION_WRITE, FAT12_ROOT_START + sector, 1, ROOT + sector * SECTOR);
}

/**** Data ****/

/* Transfer the piece, with one call for all clusters that are in sequence. */
static bool piece_move(enum operation operation, const struct piece *piece)
{
    uint32_t done = 0;

    while (done < piece->count) {
        uint32_t first = piece->clusters[done], run = 1;

        while (done + run < piece->count && piece->clusters[done + run] == first + run)
            run++;
        if (!volume_move(operation, volume_cluster_sector(first), run * FAT12_CLUSTER_SECTORS,
                         DATA + done * FAT12_CLUSTER_BYTES))
            return false;
        done += run;
    }
    return true;
}

/* Find the clusters in sequence from *cluster on. *cluster is then the one after them. */
static bool piece_follow(struct piece *piece, uint32_t *cluster)
{
    piece->count = 0;
    do {
        piece->clusters[piece->count++] = *cluster;
        if (!fat_learn(*cluster))
            return false;
        *cluster = fat12_get(at(FAT), *cluster);
    } while (piece->count < PIECE_CLUSTERS && *cluster == piece->clusters[0] + piece->count);
    return true;
}

/* A free cluster after the one that was allocated last; 0, with a failed check, if there is none.
 */
static uint32_t cluster_find_free(void)
{
    uint32_t end = FAT12_FIRST_CLUSTER + volume_clusters(at(BOOT));

    while (++allocated < end) {
        if (!fat_learn(allocated))
            return 0;
        if (!fat12_get(at(FAT), allocated))
            return allocated;
    }
    check(false, "the volume is full");
    return 0;
}

/* Append as many clusters as the piece has, which become its clusters. */
static bool piece_allocate(struct piece *piece, struct target *target)
{
    for (uint32_t i = 0; i < piece->count; i++) {
        uint32_t cluster = cluster_find_free();

        if (!cluster || !fat_change(cluster, FAT12_LAST) ||
            (target->last && !fat_change(target->last, cluster)))
            return false;
        if (!target->last)
            target->entry->cluster = (uint16_t)cluster;
        piece->clusters[i] = target->last = cluster;
    }
    return true;
}

static bool copy_data(const struct fat12_entry *source, struct target *target)
{
    uint32_t cluster = source->cluster;

    for (uint32_t done = 0; done < source->bytes;) {
        struct piece piece;

        if (!check(cluster >= FAT12_FIRST_CLUSTER && cluster < FAT12_LAST_LEAST,
                   "the chain ends after %u bytes, in cluster %x", done, cluster) ||
            !piece_follow(&piece, &cluster) || !piece_move(OPERATION_READ, &piece) ||
            !piece_allocate(&piece, target) || !piece_move(OPERATION_WRITE, &piece))
            return false;
        done += piece.count * FAT12_CLUSTER_BYTES;
    }
    return true;
}

/**** Files ****/

static struct fat12_entry *root_find_free(void)
{
    for (uint32_t i = 0; i < FAT12_ROOT_ENTRIES; i++) {
        struct fat12_entry *entry = root_entry(i);

        if (!entry)
            return NULL;
        if (!entry->name[0])
            return entry;
    }
    check(false, "the directory is full");
    return NULL;
}

static bool copy_file(const struct fat12_entry *source)
{
    struct target target = {.entry = root_find_free()};

    if (!target.entry)
        return false;
    memset(target.entry, 0, sizeof(*target.entry));
    memcpy(target.entry->name, source->name, sizeof(source->name));
    memcpy(target.entry->name, "COPY  ", NAME_KIND);
    if (!root_write(target.entry) || !copy_data(source, &target))
        return false;
    target.entry->bytes = source->bytes;
    return fat_flush() && root_write(target.entry);
}

static bool copy_all(void)
{
    uint64_t begun = clock_read();

    for (uint32_t i = 0; i < FAT12_ROOT_ENTRIES; i++) {
        const struct fat12_entry *source = root_entry(i);

        if (!source)
            return false;
        if (memcmp(source->name, "SOURCE", NAME_KIND) != 0)
            break;
        if (!check(files < FILES_MOST, "too many files") || !copy_file(source))
            return false;
        uint64_t now = clock_read();
        microseconds[files++] = clock_microseconds(now - begun);
        bytes += source->bytes;
        begun = now;
    }
    return check(files != 0, "there are no files");
}

static void look_at_clock(void)
{
    laps_look(&laps, clock_read());
}

void guest_main(void)
{
    print("copies: up\n");
    clock_start();
    if (!volume_learn() || !volume_open(BOOT))
        return;
    if (param_is("v86")) {
        server_start("EMMQXXX0");
        int13_mode = v86_bios_int;
    }
    print("copies: ready\n");
    clock_pause(PAUSE_MS);
    volume_calls = (struct volume_calls){0};
    laps_begin(&laps);
    volume_before_call = look_at_clock;
    bool good = copy_all();
    uint32_t total = stretch_end(&laps.stretch, "copies");
    print("copies: done\n");
    clock_pause(PAUSE_MS);
    if (!check(good, "the files are not copied"))
        return;
    for (uint32_t i = 0; i < files; i++)
        print("F %u microseconds=%u\n", i, microseconds[i]);
    print("S files=%u bytes=%u reads=%u writes=%u microseconds=%u\n", files, bytes,
          volume_calls.reads, volume_calls.writes, total);
}
