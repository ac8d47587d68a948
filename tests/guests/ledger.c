/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Reads and writes without a pause until a key is pressed, while the scenario disturbs the guest,
 * its backends and dom0, or resets it. Then it is idle until another key is pressed, as DOS is at
 * its prompt. The program prints a line before each write and one after it, so that check-ledger in
 * dom0 can account for every sector, over all boots of the guest.
 *
 * A sector tells which write it holds (ledger_sector.h). At its start the program reads the data
 * drives, from 81h on, and learns what they hold. After that it checks each word that it reads. A
 * write that fails leaves its sectors unsure; the next read tells which write they hold. Calls may
 * fail: the program waits for a moment, resets the drive one time in two, and goes on.
 *
 * It prints (numbers are hexadecimal; a drive is named by its number of sectors, since a boot that
 * misses a disk numbers the drives after it otherwise):
 *
 *     BOOT drives
 *     S drive lba count salt .         these sectors hold that write: at the start, and once
 *                                      unsure sectors are read
 *     B drive lba count salt .         a write begins
 *     A                                it has succeeded
 *     E status                         it has failed
 *     N drive lba count status         a read has failed
 *     M reads writes failed wrong      so far in this boot, after each REPORT_EVERY calls
 *     IDLE                             it makes no more calls of int13
 *
 * Parameter: "sectors=N", the largest number of sectors that it uses of a drive.
 */
#include "buffer.h"
#include "clock.h"
#include "drives.h"
#include "keyboard.h"
#include "ledger_sector.h"

#define SECTORS_MOST  16384u
#define UNSURE        0x80000000u /* in the table of salts */
#define REPORT_EVERY  8u
#define FAIL_PAUSE_MS 300u

typedef uint32_t unaligned_word __attribute__((aligned(1)));

static uint32_t next_salt = LEDGER_FIRST_SALT, calls, reads, writes, failures, wrong;
static uint32_t sectors_of[DRIVES_MOST];

/* A run of sectors that hold the same write, to be printed as one line. */
static struct {
    uint32_t index, lba, count, salt;
} run;

static uint32_t *salt_of(uint32_t index, uint32_t lba)
{
    return (uint32_t *)at(HIGH_BUFFERS) + index * SECTORS_MOST + lba;
}

static uint32_t name_of(uint32_t index)
{
    return drive_of((uint8_t)(FIRST_DRIVE + index))->sectors;
}

static void run_end(void)
{
    if (run.count)
        print("S %x %x %x %x .\n", name_of(run.index), run.lba, run.count, run.salt);
    run.count = 0;
}

static void run_add(uint32_t index, uint32_t lba, uint32_t salt)
{
    if (run.count && run.index == index && run.lba + run.count == lba && run.salt == salt) {
        run.count++;
        return;
    }
    run_end();
    run.index = index;
    run.lba = lba;
    run.count = 1;
    run.salt = salt;
}

static struct transfer transfer_of(enum operation operation, uint32_t index, uint32_t lba,
                                   uint32_t count)
{
    struct transfer transfer = {.operation = operation,
                                .form = FORM_LBA,
                                .drive = (uint8_t)(FIRST_DRIVE + index),
                                .lba = lba,
                                .count = count,
                                .buffer = buffer_aligned(FORM_LBA, calls)};

    transfer_place(&transfer);
    return transfer;
}

/* The status of the call, 0 if it has succeeded. */
static uint8_t call(const struct transfer *transfer)
{
    struct outcome outcome = int13_transfer(transfer, &drive_of(transfer->drive)->geometry);

    calls++;
    check(outcome.carry == (outcome.status != STATUS_SUCCESS), "carry %u with status %02x",
          outcome.carry, outcome.status);
    return outcome.status;
}

static void after_failure(uint8_t drive)
{
    failures++;
    clock_pause(FAIL_PAUSE_MS);
    if (random_below(2))
        int13_simple(0x00, drive);
}

static bool holds(const unaligned_word *words, uint32_t lba, uint32_t salt)
{
    for (uint32_t word = 0; word < PATTERN_WORDS; word++) {
        if (words[word] != ledger_word(lba, salt, word))
            return false;
    }
    return true;
}

static void check_sector(uint32_t index, uint32_t lba, const unaligned_word *words)
{
    uint32_t *known = salt_of(index, lba);

    if (!(*known & UNSURE)) {
        bool right = holds(words, lba, *known);
        wrong += !right;
        check(right, "drive %x lba %x: expected salt %x, it begins %x %x", name_of(index), lba,
              *known, words[0], words[1]);
        return;
    }
    if (!check(holds(words, lba, words[0]), "drive %x lba %x: no write, it begins %x %x",
               name_of(index), lba, words[0], words[1])) {
        wrong++;
        return;
    }
    *known = words[0];
    run_add(index, lba, words[0]);
}

static bool read_sectors(uint32_t index, uint32_t lba, uint32_t count)
{
    struct transfer read = transfer_of(OPERATION_READ, index, lba, count);

    memset(at(read.buffer), 0xff, count * SECTOR);
    uint8_t status = call(&read);
    if (status) {
        print("N %x %x %x %x\n", name_of(index), lba, count, status);
        after_failure(read.drive);
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        check_sector(index, lba + i, at(read.buffer + i * SECTOR));
    reads++;
    return true;
}

static void write_sectors(uint32_t index, uint32_t lba, uint32_t count)
{
    struct transfer write = transfer_of(OPERATION_WRITE, index, lba, count);
    unaligned_word *words = at(write.buffer);
    uint32_t salt = next_salt++;

    for (uint32_t i = 0; i < count * PATTERN_WORDS; i++)
        words[i] = ledger_word(lba + i / PATTERN_WORDS, salt, i % PATTERN_WORDS);
    print("B %x %x %x %x .\n", name_of(index), lba, count, salt);
    uint8_t status = call(&write);
    for (uint32_t i = 0; i < count; i++)
        *salt_of(index, lba + i) = status ? UNSURE : salt;
    if (status) {
        print("E %x\n", status);
        after_failure(write.drive);
        return;
    }
    print("A\n");
    writes++;
}

static void report(void)
{
    print("M %x %x %x %x\n", reads, writes, failures, wrong);
}

/* Most calls move 64 KiB from a multiple of them, so that a few lines tell what a drive holds. */
static void transfer_any(void)
{
    uint32_t index = 1 + random_below(drive_count - 1);
    uint32_t count = random_below(4) ? MOST_SECTORS : 1 + random_below(MOST_SECTORS);
    uint32_t lba = random_below(sectors_of[index] - count + 1);

    if (count == MOST_SECTORS)
        lba -= lba % MOST_SECTORS;
    if (random_below(2))
        write_sectors(index, lba, count);
    else
        read_sectors(index, lba, count);
    run_end();
    if (calls % REPORT_EVERY == 0)
        report();
}

static bool learn(uint32_t index)
{
    uint32_t sectors = name_of(index), most = param_number("sectors=", SECTORS_MOST);

    sectors_of[index] = sectors < most ? sectors : most;
    if (!check(sectors_of[index] >= MOST_SECTORS && sectors_of[index] <= SECTORS_MOST,
               "drive %x: cannot use %x sectors", sectors, sectors_of[index]))
        return false;
    for (uint32_t lba = 0; lba < sectors_of[index]; lba++)
        *salt_of(index, lba) = UNSURE;
    for (uint32_t lba = 0; lba < sectors_of[index];) {
        uint32_t left = sectors_of[index] - lba, count = left < MOST_SECTORS ? left : MOST_SECTORS;
        if (read_sectors(index, lba, count))
            lba += count;
    }
    run_end();
    for (uint32_t lba = 0; lba < sectors_of[index]; lba++) {
        uint32_t salt = *salt_of(index, lba);
        if (!(salt & UNSURE) && salt >= next_salt)
            next_salt = (salt / LEDGER_SALT_STEP + 1) * LEDGER_SALT_STEP;
    }
    return true;
}

void guest_main(void)
{
    /* What an earlier boot has printed last may have no end. */
    print("\n");
    clock_find_rate();
    if (!drives_learn())
        return;
    print("BOOT %x\n", drive_count - 1);
    for (uint32_t index = 1; index < drive_count; index++) {
        if (!learn(index))
            return;
    }
    print("LEARNT\n");
    while (!key_pressed())
        transfer_any();
    report();
    key_take();
    print("IDLE\n");
    key_take();
}
