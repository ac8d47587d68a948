/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * check-sequence SERIAL DRIVE=BEFORE:AFTER...: repeat the reads and writes that a guest program has
 * printed, in their order, on a copy of each image as it was before. Each read must have returned
 * the data of its moment, and in the end the copy must equal the image. Exit status 0 if so, 1 if
 * not, 2 if there is nothing to compare.
 */
#include "transfers.h"

#include "../guests/crc32.h"
#include "../guests/pattern.h"

#include <stdlib.h>
#include <string.h>

#define DRIVES        256
#define WRONG_PRINTED 10

struct disk {
    struct image before; /* the writes change it step by step */
    struct image after;
    unsigned long reads, writes, wrong;
};

static struct disk disks[DRIVES];
static uint32_t table[256];

static void disk_open(struct disk *disk, char *paths)
{
    char *after = strchr(paths, ':');

    if (!after)
        die("expected BEFORE:AFTER, got %s", paths);
    *after++ = '\0';
    disk->before = image_open(paths);
    disk->after = image_open(after);
    if (disk->before.sectors != disk->after.sectors)
        die("%s and %s differ in size", paths, after);
}

static void write_sectors(struct disk *disk, const struct transfer *write)
{
    for (uint32_t lba = write->lba; lba < write->lba + write->count; lba++) {
        for (uint32_t word = 0; word < PATTERN_WORDS; word++) {
            uint32_t value = pattern_word(lba, write->value, word);
            memcpy(disk->before.data + (uint64_t)lba * SECTOR + word * 4, &value, 4);
        }
    }
    disk->writes++;
}

static void compare_read(struct disk *disk, const struct transfer *read, unsigned long line)
{
    size_t bytes = (size_t)read->count * SECTOR;

    disk->reads++;
    if (crc32_of(table, disk->before.data + (uint64_t)read->lba * SECTOR, bytes) == read->value)
        return;
    if (disk->wrong++ < WRONG_PRINTED)
        printf("transfer %lu: drive %x form %c lba %x count %x: read other data\n", line,
               read->drive, read->form, read->lba, read->count);
}

static void compare_end(struct disk *disk, unsigned drive)
{
    for (uint64_t lba = 0; lba < disk->before.sectors; lba++) {
        if (memcmp(disk->before.data + lba * SECTOR, disk->after.data + lba * SECTOR, SECTOR) &&
            disk->wrong++ < WRONG_PRINTED)
            printf("drive %x sector %llx: not what was written last\n", drive,
                   (unsigned long long)lba);
    }
    printf("drive %x: %lu reads, %lu writes, %lu wrong\n", drive, disk->reads, disk->writes,
           disk->wrong);
}

int main(int argc, char **argv)
{
    struct transfer transfer;
    unsigned long line = 0, transfers = 0, wrong = 0;

    if (argc < 3)
        die("usage: check-sequence SERIAL DRIVE=BEFORE:AFTER...");
    FILE *serial = fopen(argv[1], "r");
    if (!serial)
        die("%s cannot be opened", argv[1]);
    for (int i = 2; i < argc; i++) {
        char *paths;
        unsigned drive = drive_argument(argv[i], &paths);
        disk_open(&disks[drive], paths);
    }
    crc32_fill(table);

    while (transfer_next(serial, "RW", &transfer)) {
        struct disk *disk = &disks[transfer.drive % DRIVES];
        if (!disk->before.data || (uint64_t)transfer.lba + transfer.count > disk->before.sectors)
            die("a transfer outside of the images: drive %x lba %x count %x", transfer.drive,
                transfer.lba, transfer.count);
        line++;
        if (transfer.kind == 'W')
            write_sectors(disk, &transfer);
        else
            compare_read(disk, &transfer, line);
    }
    for (unsigned drive = 0; drive < DRIVES; drive++) {
        if (!disks[drive].before.data)
            continue;
        compare_end(&disks[drive], drive);
        transfers += disks[drive].reads + disks[drive].writes;
        wrong += disks[drive].wrong;
    }
    return wrong || !transfers || !guest_was_content();
}
