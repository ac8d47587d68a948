/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * check-writes SERIAL FORMS DRIVE=BEFORE:AFTER...: repeat the writes that the guest program
 * "writes" has printed on a copy of each image as it was before, and compare the whole copy with
 * the image afterwards: written sectors must hold the pattern, and no other sector may change. The
 * program must have used every form in FORMS on the first drive. Exit status 0 if so, 1 if not, 2
 * if there is nothing to compare.
 */
#include "transfers.h"

#include "../guests/pattern.h"

#include <stdlib.h>
#include <string.h>

#define DRIVES 256

struct disk {
    struct image before; /* the writes change it step by step */
    struct image after;
    bool *written;
};

static struct disk disks[DRIVES];
static struct coverage coverage[256];

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
    disk->written = calloc(disk->before.sectors, sizeof(*disk->written));
    if (!disk->written)
        die("out of memory");
}

static void replay(const struct disk *disk, const struct transfer *write)
{
    for (uint32_t lba = write->lba; lba < write->lba + write->count; lba++) {
        for (uint32_t word = 0; word < PATTERN_WORDS; word++) {
            uint32_t value = pattern_word(lba, write->value, word);
            memcpy(disk->before.data + (uint64_t)lba * SECTOR + word * 4, &value, 4);
        }
        disk->written[lba] = true;
    }
}

/* The number of wrong sectors. */
static unsigned long compare(const struct disk *disk, unsigned drive)
{
    unsigned long wrong = 0, written = 0;

    for (uint64_t lba = 0; lba < disk->before.sectors; lba++) {
        written += disk->written[lba];
        if (!memcmp(disk->before.data + lba * SECTOR, disk->after.data + lba * SECTOR, SECTOR))
            continue;
        if (wrong++ < 20)
            printf("drive %x sector %llx: %s\n", drive, (unsigned long long)lba,
                   disk->written[lba] ? "not what was written" : "changed, but never written");
    }
    printf("drive %x: %lu of %llu sectors written, %lu wrong\n", drive, written,
           (unsigned long long)disk->before.sectors, wrong);
    return wrong;
}

int main(int argc, char **argv)
{
    struct transfer write;
    unsigned long wrong = 0;

    if (argc < 4)
        die("usage: check-writes SERIAL FORMS DRIVE=BEFORE:AFTER...");
    FILE *serial = fopen(argv[1], "r");
    if (!serial)
        die("%s cannot be opened", argv[1]);
    unsigned first = 0;
    for (int i = argc - 1; i >= 3; i--) {
        char *paths;
        first = drive_argument(argv[i], &paths);
        disk_open(&disks[first], paths);
    }
    while (transfer_next(serial, "W", &write)) {
        const struct disk *disk = &disks[write.drive % DRIVES];
        if (!disk->written || (uint64_t)write.lba + write.count > disk->before.sectors)
            die("a write outside of the images: drive %x lba %x count %x", write.drive, write.lba,
                write.count);
        replay(disk, &write);
        if (write.drive == first)
            coverage_note(coverage, &write, disk->before.sectors);
    }
    for (unsigned drive = 0; drive < DRIVES; drive++) {
        if (disks[drive].written)
            wrong += compare(&disks[drive], drive);
    }
    bool complete = coverage_complete(coverage, argv[2]);
    return wrong || !complete || !guest_was_content();
}
