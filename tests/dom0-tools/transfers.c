/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Reads the output of guest programs, and records which forms, sizes and places they have used. */
#include "transfers.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void die(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(2);
}

static void parse(const char *line, struct transfer *transfer)
{
    char buffer[32];
    unsigned segment, offset;

    if (sscanf(line, "%c %x %c %x %x %31s %x", &transfer->kind, &transfer->drive, &transfer->form,
               &transfer->lba, &transfer->count, buffer, &transfer->value) != 7)
        die("not understood: %s", line);
    transfer->leaves_segment = false;
    if (sscanf(buffer, "%x:%x", &segment, &offset) == 2) {
        transfer->buffer = segment * 16 + offset;
        transfer->leaves_segment = offset + transfer->count * SECTOR > 0x10000;
    } else if (sscanf(buffer, "%x", &transfer->buffer) != 1) {
        die("not understood: %s", line);
    }
}

static bool guest_content;

bool guest_was_content(void)
{
    return guest_content;
}

bool transfer_next(FILE *serial, const char *kinds, struct transfer *transfer)
{
    char line[256];
    unsigned passed, failed;

    while (fgets(line, sizeof(line), serial)) {
        if (line[0] && strchr(kinds, line[0]) && line[1] == ' ') {
            parse(line, transfer);
            return true;
        }
        if (sscanf(line, "DONE passed=%u failed=%u", &passed, &failed) == 2) {
            guest_content = passed && !failed;
            if (!guest_content)
                printf("the guest says: %s", line);
            return false;
        }
    }
    die("the guest's output ends without its last line");
}

struct image image_open(const char *path)
{
    struct image image;
    struct stat status;
    int file = open(path, O_RDONLY);

    if (file < 0 || fstat(file, &status))
        die("%s cannot be opened", path);
    if (!status.st_size || status.st_size % SECTOR)
        die("%s is not a number of sectors", path);
    image.sectors = (uint64_t)status.st_size / SECTOR;
    image.data = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    if (image.data == MAP_FAILED)
        die("%s cannot be mapped", path);
    close(file);
    return image;
}

unsigned drive_argument(char *argument, char **rest)
{
    char *end;
    unsigned long drive = strtoul(argument, &end, 16);

    if (end == argument || *end != '=' || drive > 0xff)
        die("expected DRIVE=FILE, got %s", argument);
    *rest = end + 1;
    return (unsigned)drive;
}

void coverage_note(struct coverage coverage[], const struct transfer *transfer, uint64_t sectors)
{
    struct coverage *form = &coverage[(unsigned char)transfer->form];
    uint32_t last = transfer->buffer + transfer->count * SECTOR - 1;

    if (transfer->count > MOST_SECTORS)
        return; /* several calls in one line: their boundaries are not known */
    form->sizes[transfer->count] = true;
    if (transfer->buffer & 1)
        form->odd_buffer = true;
    else
        form->even_buffer = true;
    if (transfer->leaves_segment)
        form->leaves_segment = true;
    if (transfer->buffer >> 16 != last >> 16)
        form->crosses_64k = true;
    if (transfer->lba == 0)
        form->first_sector = true;
    if (transfer->lba + transfer->count == sectors)
        form->last_sector = true;
}

static bool seen(bool it, char form, const char *what)
{
    if (!it)
        printf("never seen with form %c: %s\n", form, what);
    return it;
}

bool coverage_complete(const struct coverage coverage[], const char *forms)
{
    bool complete = true;

    for (; *forms; forms++) {
        const struct coverage *form = &coverage[(unsigned char)*forms];
        bool chs = *forms == 'C' || *forms == 'c';
        bool segment = *forms == 'c' || *forms == 'l';

        for (unsigned size = 1; size <= MOST_SECTORS; size++) {
            if (!form->sizes[size]) {
                printf("never seen with form %c: %u sectors\n", *forms, size);
                complete = false;
            }
        }
        complete &= seen(form->odd_buffer, *forms, "an odd buffer");
        complete &= seen(form->even_buffer, *forms, "an even buffer");
        complete &= seen(form->crosses_64k, *forms, "a buffer across a 64 KiB boundary");
        complete &= seen(form->first_sector, *forms, "the first sector");
        /* CHS reaches only whole cylinders. */
        complete &= seen(form->last_sector || chs, *forms, "the last sector");
        complete &=
            seen(form->leaves_segment || !segment, *forms, "a buffer across its segment's end");
    }
    return complete;
}
