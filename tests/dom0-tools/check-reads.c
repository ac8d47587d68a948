/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * check-reads SERIAL FORMS DRIVE=IMAGE...: compare the checksums that the guest program "reads" has
 * printed with the images, and check that it used every form in FORMS and read all of the first
 * image. Exit status 0 if data and coverage are right, 1 if not, 2 if there is nothing to compare.
 */
#include "transfers.h"

#include "../guests/crc32.h"

#include <stdlib.h>

#define DRIVES 256

static struct image images[DRIVES];
static struct coverage coverage[256];
static bool *sectors_read; /* of the first image */

int main(int argc, char **argv)
{
    uint32_t table[256];
    struct transfer read;
    unsigned long lines = 0, wrong = 0, missing = 0;
    uint64_t bytes = 0;
    unsigned first = 0;

    if (argc < 4)
        die("usage: check-reads SERIAL FORMS DRIVE=IMAGE...");
    FILE *serial = fopen(argv[1], "r");
    if (!serial)
        die("%s cannot be opened", argv[1]);
    for (int i = argc - 1; i >= 3; i--) {
        char *path;
        first = drive_argument(argv[i], &path);
        images[first] = image_open(path);
    }
    sectors_read = calloc(images[first].sectors, sizeof(*sectors_read));
    if (!sectors_read)
        die("out of memory");
    crc32_fill(table);

    while (transfer_next(serial, "R", &read)) {
        const struct image *image = &images[read.drive % DRIVES];
        if (!image->data || (uint64_t)read.lba + read.count > image->sectors)
            die("a read outside of the images: drive %x lba %x count %x", read.drive, read.lba,
                read.count);
        uint32_t crc =
            crc32_of(table, image->data + (uint64_t)read.lba * SECTOR, (size_t)read.count * SECTOR);
        lines++;
        bytes += (uint64_t)read.count * SECTOR;
        if (crc != read.value) {
            if (wrong++ < 20)
                printf("wrong data: drive %x form %c lba %x count %x buffer %x\n", read.drive,
                       read.form, read.lba, read.count, read.buffer);
            continue;
        }
        coverage_note(coverage, &read, image->sectors);
        for (uint32_t i = 0; read.drive == first && i < read.count; i++)
            sectors_read[read.lba + i] = true;
    }
    for (uint64_t i = 0; i < images[first].sectors; i++)
        missing += !sectors_read[i];

    bool complete = coverage_complete(coverage, argv[2]);
    printf("%lu reads of %llu bytes compared, %lu wrong; %lu sectors of drive %x never read\n",
           lines, (unsigned long long)bytes, wrong, missing, first);
    return wrong || missing || !complete || !guest_was_content();
}
