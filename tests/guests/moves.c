/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Reads and writes without a pause until a key is pressed, while the scenario moves the guest from
 * domain to domain. The data drives, from 81h on, consist of areas. Each area holds the pattern of
 * its last write (see pattern.h; the scenario fills the drives with salt 0), so the program checks
 * each read. Now and then it prints a line "M", which is short because no transfer is in flight
 * meanwhile. At the end it prints
 *
 *     MOVES transfers=N wrong=N
 *
 * and a line for each area that it wrote, with its last salt, for check-sequence in dom0:
 *
 *     W drive form lba count buffer salt
 *
 * A write leaves its data in the memory that the firmware shares with the backend, and that memory
 * moves with the guest: it would hide that the data of a later read are missing. So 81h has few
 * writes, and small ones; the drives after it have writes of every size.
 *
 * Parameter: "areas=N", the largest number of areas of a drive.
 */
#include "buffer.h"
#include "drives.h"
#include "keyboard.h"
#include "pattern.h"

#define AREA_SECTORS   8u
#define AREAS_MOST     4096u /* of a drive */
#define CALL_AREAS     (MOST_SECTORS / AREA_SECTORS)
#define REPORT_EVERY   8u
#define CHECKED_WORDS  8u /* of a sector that was read; in a stale page all of them are wrong */
#define ALIGNMENTS     3u
#define ONE_OF_WRITES  8u /* of 81h one transfer in 8 is a write */
#define ONE_OF_SAMPLES 8u /* one transfer in 8 goes to a drive after 81h */

typedef uint32_t unaligned_word __attribute__((aligned(1)));

static uint32_t next_salt, transfers, wrong;

static uint32_t *salt_of(uint8_t drive, uint32_t area)
{
    return (uint32_t *)at(HIGH_BUFFERS) + (uint32_t)(drive - FIRST_DRIVE) * AREAS_MOST + area;
}

static uint32_t areas_of(uint8_t drive)
{
    uint32_t areas = drive_of(drive)->sectors / AREA_SECTORS;
    uint32_t most = param_number("areas=", AREAS_MOST);

    return areas < most ? areas : most;
}

static bool call(struct transfer *transfer)
{
    transfer->form = FORM_LBA;
    transfer->buffer = buffer_aligned(FORM_LBA, transfers % ALIGNMENTS);
    if (transfer->operation == OPERATION_WRITE) {
        unaligned_word *word = at(transfer->buffer);
        for (uint32_t i = 0; i < transfer->count * PATTERN_WORDS; i++)
            word[i] = pattern_word((uint32_t)transfer->lba + i / PATTERN_WORDS, next_salt,
                                   i % PATTERN_WORDS);
    }
    transfer_place(transfer);
    struct outcome outcome = int13_transfer(transfer, &drive_of(transfer->drive)->geometry);
    transfers++;
    return check(!outcome.carry && outcome.status == STATUS_SUCCESS,
                 "operation %u drive %x lba %x count %x: expected success, got AH=%02x",
                 transfer->operation, transfer->drive, (uint32_t)transfer->lba, transfer->count,
                 outcome.status);
}

static void write_areas(uint8_t drive, uint32_t area, uint32_t count)
{
    struct transfer write = {.operation = OPERATION_WRITE,
                             .drive = drive,
                             .lba = area * AREA_SECTORS,
                             .count = count * AREA_SECTORS};

    next_salt++;
    if (!call(&write))
        return;
    for (uint32_t i = 0; i < count; i++)
        *salt_of(drive, area + i) = next_salt;
}

static bool sector_is_right(const unaligned_word *words, uint32_t lba, uint32_t salt)
{
    const uint32_t step = PATTERN_WORDS / CHECKED_WORDS;

    for (uint32_t word = lba % step; word < PATTERN_WORDS; word += step) {
        if (words[word] != pattern_word(lba, salt, word))
            return false;
    }
    return true;
}

static void read_areas(uint8_t drive, uint32_t area, uint32_t count)
{
    struct transfer read = {.operation = OPERATION_READ,
                            .drive = drive,
                            .lba = area * AREA_SECTORS,
                            .count = count * AREA_SECTORS};
    uint32_t bad = 0, first_bad = 0;

    if (!call(&read))
        return;
    for (uint32_t i = 0; i < read.count; i++) {
        uint32_t lba = (uint32_t)read.lba + i, salt = *salt_of(drive, lba / AREA_SECTORS);
        const unaligned_word *words = at(read.buffer + i * SECTOR);
        if (!sector_is_right(words, lba, salt) && !bad++)
            first_bad = lba;
    }
    wrong += bad != 0;
    check(!bad, "read drive %x lba %x count %x: %u sectors with other data, the first is %x", drive,
          (uint32_t)read.lba, read.count, bad, first_bad);
}

static void transfer_any(void)
{
    bool sample = drive_count > 2 && !random_below(ONE_OF_SAMPLES);
    uint8_t drive = (uint8_t)(sample ? BIG_DRIVE + 1 + random_below(drive_count - 2) : BIG_DRIVE);
    uint32_t count = random_below(4) ? CALL_AREAS : 1 + random_below(CALL_AREAS);
    uint32_t area = random_below(areas_of(drive) - count + 1);

    if (sample && random_below(2))
        write_areas(drive, area, count);
    else if (!sample && !random_below(ONE_OF_WRITES))
        write_areas(drive, area, 1);
    else
        read_areas(drive, area, count);
}

static void report_areas(uint8_t drive)
{
    uint32_t areas = areas_of(drive), count;

    for (uint32_t area = 0; area < areas; area += count) {
        uint32_t salt = *salt_of(drive, area);
        struct transfer write = {
            .form = FORM_LBA, .drive = drive, .lba = area * AREA_SECTORS, .buffer = LOW_BUFFERS};

        count = 1;
        while (area + count < areas && *salt_of(drive, area + count) == salt)
            count++;
        write.count = count * AREA_SECTORS;
        if (!salt)
            continue;
        transfer_place(&write);
        transfer_report('W', &write, salt);
    }
}

void guest_main(void)
{
    uint32_t reported = 0;

    if (!drives_learn())
        return;
    memset(at(HIGH_BUFFERS), 0, DRIVES_MOST * AREAS_MOST * sizeof(uint32_t));
    while (!key_pressed()) {
        transfer_any();
        if (transfers - reported >= REPORT_EVERY) {
            reported = transfers;
            print("M\n");
        }
    }
    print("MOVES transfers=%u wrong=%u\n", transfers, wrong);
    for (unsigned i = 1; i < drive_count; i++)
        report_areas((uint8_t)(FIRST_DRIVE + i));
}
