/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Accounts for the writes of the guest program "ledger" (tests/guests/ledger.c).
 *
 *   check-ledger fill FILE SECTORS [SALT]
 *       write that many sectors, each with this salt (in hexadecimal), or LEDGER_FIRST_SALT
 *   check-ledger check OUTPUT DRIVE=IMAGE...
 *       compare all that the guest has printed, in all its boots, with the images; DRIVE is the
 *       drive's number of sectors in hexadecimal, the image has the sectors that the guest uses
 *
 * What a sector may hold: the last write that has succeeded; and each later one that has failed, or
 * that was in flight when the guest was reset. Once the guest has read the sector, it holds what
 * was read. check prints one line for each drive, and one for all. Exit status: 0 each sector is
 * accounted for; 1 one is not, or nothing was transferred; 2 the check was not possible.
 */
#include "transfers.h"

#include "../guests/ledger_sector.h"

#include <stdlib.h>
#include <string.h>

#define DRIVES        8
#define MAY_HOLD_MAX  64
#define STATUSES      256
#define WRONG_PRINTED 10
#define LINE_BYTES    512

/* The writes that a sector may hold, the one that has succeeded last first. */
struct sector {
    uint32_t salts[MAY_HOLD_MAX];
    unsigned count;
};

struct drive {
    unsigned long name;
    struct image image;
    struct sector *sectors;
    unsigned long succeeded, failed, in_flight, reads_failed, learnt;
    unsigned long statuses[STATUSES];
};

struct range {
    struct drive *drive;
    uint32_t lba, count, salt;
};

static struct drive drives[DRIVES];
static unsigned drive_count;
static struct range pending; /* count 0: no write is in flight */
static unsigned long boots, reads, wrong, line_number;

static void report_wrong(const struct drive *drive, uint32_t lba, uint32_t found, const char *what)
{
    if (wrong++ < WRONG_PRINTED)
        printf("line %lu: drive %lx sector %x: %s salt %x, may hold %x and %u others\n",
               line_number, drive->name, lba, what, found, drive->sectors[lba].salts[0],
               drive->sectors[lba].count - 1);
}

static struct drive *drive_named(unsigned long name)
{
    for (unsigned i = 0; i < drive_count; i++) {
        if (drives[i].name == name)
            return &drives[i];
    }
    die("line %lu: no image for drive %lx", line_number, name);
}

static bool range_parse(const char *line, struct range *range)
{
    unsigned long name;
    char end;

    /* Of a line without its end the guest has not begun the write. */
    if (sscanf(line, "%*c %lx %x %x %x %c", &name, &range->lba, &range->count, &range->salt,
               &end) != 5 ||
        end != '.')
        return false;
    range->drive = drive_named(name);
    if (!range->count || (uint64_t)range->lba + range->count > range->drive->image.sectors)
        die("line %lu: outside of the image", line_number);
    return true;
}

static void may_hold(struct sector *sector, uint32_t salt)
{
    if (sector->count == MAY_HOLD_MAX)
        die("line %lu: more than %u writes of a sector have failed", line_number, MAY_HOLD_MAX);
    sector->salts[sector->count++] = salt;
}

static void holds(struct sector *sector, uint32_t salt)
{
    sector->salts[0] = salt;
    sector->count = 1;
}

static bool is_possible(const struct sector *sector, uint32_t salt)
{
    for (unsigned i = 0; i < sector->count; i++) {
        if (sector->salts[i] == salt)
            return true;
    }
    return false;
}

static void write_begins(const struct range *range)
{
    if (pending.count)
        die("line %lu: a write begins before the one before it has ended", line_number);
    pending = *range;
    for (uint32_t i = 0; i < range->count; i++)
        may_hold(&range->drive->sectors[range->lba + i], range->salt);
}

static void write_succeeds(void)
{
    if (!pending.count)
        die("line %lu: no write has begun", line_number);
    for (uint32_t i = 0; i < pending.count; i++)
        holds(&pending.drive->sectors[pending.lba + i], pending.salt);
    pending.drive->succeeded++;
    pending.count = 0;
}

static void write_fails(unsigned status)
{
    if (!pending.count)
        die("line %lu: no write has begun", line_number);
    pending.drive->failed++;
    pending.drive->statuses[status % STATUSES]++;
    pending.count = 0;
}

static void guest_boots(void)
{
    boots++;
    if (pending.count)
        pending.drive->in_flight++;
    pending.count = 0;
}

static void guest_learns(const struct range *range)
{
    for (uint32_t i = 0; i < range->count; i++) {
        struct sector *sector = &range->drive->sectors[range->lba + i];
        if (!is_possible(sector, range->salt))
            report_wrong(range->drive, range->lba + i, range->salt, "the guest has read");
        holds(sector, range->salt);
    }
    range->drive->learnt += range->count;
}

static void read_fails(const char *line)
{
    unsigned long name;
    unsigned status;

    if (sscanf(line, "N %lx %*x %*x %x", &name, &status) != 2)
        return;
    drive_named(name)->reads_failed++;
    drive_named(name)->statuses[status % STATUSES]++;
}

/* The counts of a boot grow; only the difference is new. */
static void count_reads(const char *line)
{
    static unsigned long last, last_boot;
    unsigned long now;

    if (sscanf(line, "M %lx %*x %*x %*x", &now) != 1)
        return;
    if (last_boot != boots)
        last = 0;
    reads += now - last;
    last = now;
    last_boot = boots;
}

static void line_take(const char *line)
{
    struct range range;
    unsigned status;

    if (line[0] == 'B' && line[1] == ' ' && range_parse(line, &range))
        write_begins(&range);
    else if (line[0] == 'S' && line[1] == ' ' && range_parse(line, &range))
        guest_learns(&range);
    else if (line[0] == 'A' && strspn(line + 1, "\r\n") == strlen(line + 1))
        write_succeeds();
    else if (sscanf(line, "E %x", &status) == 1)
        write_fails(status);
    else if (!strncmp(line, "BOOT ", 5))
        guest_boots();
    else if (!strncmp(line, "N ", 2))
        read_fails(line);
    else if (!strncmp(line, "M ", 2))
        count_reads(line);
    else if (!strncmp(line, "FAIL", 4)) {
        if (wrong++ < WRONG_PRINTED)
            printf("line %lu: %s", line_number, line);
    }
}

static bool sector_holds(const uint8_t *data, uint32_t lba, uint32_t salt)
{
    for (uint32_t word = 0; word < PATTERN_WORDS; word++) {
        uint32_t value = ledger_word(lba, salt, word);
        if (memcmp(data + (size_t)word * 4, &value, 4) != 0)
            return false;
    }
    return true;
}

static void compare_image(const struct drive *drive)
{
    for (uint32_t lba = 0; lba < drive->image.sectors; lba++) {
        const uint8_t *data = drive->image.data + (uint64_t)lba * SECTOR;
        uint32_t salt;

        memcpy(&salt, data, sizeof(salt));
        if (!is_possible(&drive->sectors[lba], salt) || !sector_holds(data, lba, salt))
            report_wrong(drive, lba, salt, "the image begins with");
    }
}

static void print_drive(const struct drive *drive)
{
    printf("drive %lx: writes: %lu succeeded, %lu failed, %lu in flight at a reset; "
           "%lu reads failed; statuses:",
           drive->name, drive->succeeded, drive->failed, drive->in_flight, drive->reads_failed);
    for (unsigned status = 0; status < STATUSES; status++) {
        if (drive->statuses[status])
            printf(" %02x*%lu", status, drive->statuses[status]);
    }
    printf("\n");
}

static void drive_open(char *argument)
{
    struct drive *drive = &drives[drive_count];
    char *path = strchr(argument, '=');

    if (!path || drive_count == DRIVES)
        die("expected DRIVE=IMAGE, got %s", argument);
    drive->name = strtoul(argument, NULL, 16);
    drive->image = image_open(path + 1);
    drive->sectors = calloc(drive->image.sectors, sizeof(*drive->sectors));
    if (!drive->sectors)
        die("out of memory");
    for (uint64_t lba = 0; lba < drive->image.sectors; lba++)
        holds(&drive->sectors[lba], LEDGER_FIRST_SALT);
    drive_count++;
}

static int check(const char *output)
{
    FILE *file = fopen(output, "r");
    char line[LINE_BYTES];
    unsigned long succeeded = 0, sectors = 0;

    if (!file)
        die("%s cannot be opened", output);
    while (fgets(line, sizeof(line), file)) {
        line_number++;
        line_take(line);
    }
    fclose(file);
    guest_boots();
    boots--;
    for (unsigned i = 0; i < drive_count; i++) {
        compare_image(&drives[i]);
        print_drive(&drives[i]);
        succeeded += drives[i].succeeded;
        sectors += drives[i].image.sectors;
    }
    printf("ledger: %lu boots, %lu reads, %lu writes, %lu sectors, %lu wrong\n", boots, reads,
           succeeded, sectors, wrong);
    return wrong || !succeeded || !reads;
}

static int fill(const char *path, const char *count, uint32_t salt)
{
    FILE *file = fopen(path, "w");
    uint32_t sectors = (uint32_t)strtoul(count, NULL, 10);

    if (!file)
        die("%s cannot be made", path);
    for (uint32_t lba = 0; lba < sectors; lba++) {
        for (uint32_t word = 0; word < PATTERN_WORDS; word++) {
            uint32_t value = ledger_word(lba, salt, word);
            if (fwrite(&value, sizeof(value), 1, file) != 1)
                die("%s cannot be written", path);
        }
    }
    if (fclose(file))
        die("%s cannot be written", path);
    return 0;
}

int main(int argc, char **argv)
{
    if ((argc == 4 || argc == 5) && !strcmp(argv[1], "fill"))
        return fill(argv[2], argv[3],
                    argc == 5 ? (uint32_t)strtoul(argv[4], NULL, 16) : LEDGER_FIRST_SALT);
    if (argc < 4 || strcmp(argv[1], "check") != 0)
        die("usage: check-ledger fill FILE SECTORS [SALT] | check OUTPUT DRIVE=IMAGE...");
    for (int i = 3; i < argc; i++)
        drive_open(argv[i]);
    return check(argv[2]);
}
