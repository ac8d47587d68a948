/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Disks with known contents, for guest programs; the one that "speed" reads and writes.
 *
 *   pattern-disk fill FILE MIB   write MIB: to each sector the pattern of its number with salt 0
 *   pattern-disk count FILE MIB  the same with the words that the guest program "chances" expects:
 *                                64 bits each, which count over the disk
 *   pattern-disk check FILE      standard input has lines "W first=LBA count=SECTORS salt=N":
 *                                verify that each sector holds what the last line for it says, and
 *                                print the number of sectors
 *
 * Exit status: 0 done; 1 a sector is wrong, or there was no line; 2 error.
 */
#include "../guests/pattern.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR      512u
#define MIB_SECTORS 2048u
#define LINE_BYTES  256
#define RANGES_MOST 64

static uint32_t buffer[MIB_SECTORS * PATTERN_WORDS];

static int error(const char *what)
{
    fprintf(stderr, "pattern-disk: %s: %s\n", what, strerror(errno));
    return 2;
}

static void make_sectors(uint32_t lba, uint32_t count, uint32_t salt)
{
    for (uint32_t sector = 0; sector < count; sector++) {
        for (uint32_t word = 0; word < PATTERN_WORDS; word++)
            buffer[sector * PATTERN_WORDS + word] = pattern_word(lba + sector, salt, word);
    }
}

static void make_counting_sectors(uint32_t lba, uint32_t count)
{
    uint64_t words = SECTOR / sizeof(uint64_t);

    for (uint64_t i = 0; i < count * words; i++) {
        uint64_t word = lba * words + i;
        memcpy((uint64_t *)(void *)buffer + i, &word, sizeof(word));
    }
}

static int fill(int fd, uint32_t mib, bool counting)
{
    for (uint32_t i = 0; i < mib; i++) {
        if (counting)
            make_counting_sectors(i * MIB_SECTORS, MIB_SECTORS);
        else
            make_sectors(i * MIB_SECTORS, MIB_SECTORS, 0);
        if (write(fd, buffer, sizeof(buffer)) != (ssize_t)sizeof(buffer))
            return error("write");
    }
    return fsync(fd) ? error("fsync") : 0;
}

/* The write that one line describes. */
struct range {
    uint32_t first, count, salt;
};

static struct range ranges[RANGES_MOST];
static unsigned range_count;

/* Whether a later line describes another write of the sector. */
static bool written_later(unsigned range, uint32_t lba)
{
    for (unsigned later = range + 1; later < range_count; later++) {
        if (lba >= ranges[later].first && lba - ranges[later].first < ranges[later].count)
            return true;
    }
    return false;
}

static bool check_range(int fd, unsigned number, unsigned *checked)
{
    const struct range *range = &ranges[number];

    for (uint32_t lba = range->first; lba < range->first + range->count; lba++) {
        uint8_t sector[SECTOR];

        if (written_later(number, lba))
            continue;
        make_sectors(lba, 1, range->salt);
        if (pread(fd, sector, SECTOR, (off_t)lba * SECTOR) != (ssize_t)SECTOR ||
            memcmp(sector, buffer, SECTOR) != 0) {
            printf("sector %u does not hold what was written with salt %u\n", lba, range->salt);
            return false;
        }
        (*checked)++;
    }
    return true;
}

static int check(int fd)
{
    char line[LINE_BYTES];
    unsigned checked = 0;

    while (range_count < RANGES_MOST && fgets(line, sizeof(line), stdin)) {
        struct range *range = &ranges[range_count];

        if (sscanf(line, "W first=%u count=%u salt=%u", &range->first, &range->count,
                   &range->salt) == 3)
            range_count++;
    }
    for (unsigned i = 0; i < range_count; i++) {
        if (!check_range(fd, i, &checked))
            return 1;
    }
    printf("%u sectors as they were written last\n", checked);
    return checked ? 0 : 1;
}

int main(int argc, char **argv)
{
    int fd = argc < 3 ? -1 : open(argv[2], O_RDWR | O_CREAT | O_CLOEXEC, 0644);

    if (argc == 4 && !strcmp(argv[1], "fill") && fd >= 0)
        return fill(fd, (uint32_t)strtoul(argv[3], NULL, 10), false);
    if (argc == 4 && !strcmp(argv[1], "count") && fd >= 0)
        return fill(fd, (uint32_t)strtoul(argv[3], NULL, 10), true);
    if (argc == 3 && !strcmp(argv[1], "check") && fd >= 0)
        return check(fd);
    fprintf(stderr, "pattern-disk fill FILE MIB | count FILE MIB | check FILE\n");
    return 2;
}
