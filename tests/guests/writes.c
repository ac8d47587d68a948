/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Writes in every form, size and alignment, and reads back. Prints every write:
 *
 *     W drive form lba count buffer salt
 *
 * (all in hexadecimal; see pattern.h for the data). When the guest is gone, a program in dom0 makes
 * the same writes to its copy of the images and compares (tests/dom0-tools/check-writes.c), which
 * also shows writes to wrong sectors.
 *
 * Drives: the boot drive; 81h gets every test, the drives after it get samples. Parameters:
 * "noflat" for a BIOS without flat addresses; "forms=LETTERS" for these forms only (int13.h).
 */
#include "buffer.h"
#include "drives.h"
#include "pattern.h"

/* The buffer for reading back; writes use all other buffers. */
#define READ_BACK (LOW_BUFFERS + 0x50000)

/* Half of the buffers have odd addresses. */
typedef uint32_t unaligned_word __attribute__((aligned(1)));

static uint32_t next_salt;
static unsigned next_alignment;

static void pattern_fill(uint32_t buffer, uint32_t lba, uint32_t count, uint32_t salt)
{
    unaligned_word *words = at(buffer);

    for (uint32_t sector = 0; sector < count; sector++) {
        for (uint32_t word = 0; word < PATTERN_WORDS; word++) {
            words[sector * PATTERN_WORDS + word] = pattern_word(lba + sector, salt, word);
        }
    }
}

static bool pattern_found(uint32_t buffer, uint32_t lba, uint32_t count, uint32_t salt,
                          const char *what)
{
    const unaligned_word *words = at(buffer);

    for (uint32_t sector = 0; sector < count; sector++) {
        for (uint32_t word = 0; word < PATTERN_WORDS; word++) {
            uint32_t expected = pattern_word(lba + sector, salt, word);
            uint32_t value = words[sector * PATTERN_WORDS + word];
            if (value != expected)
                return check(false, "%s: sector %x (of %x at %x), word %u: expected %08x, got %08x",
                             what, lba + sector, count, lba, word, expected, value);
        }
    }
    return check(true, "%s", what);
}

static bool call(const struct transfer *transfer, const char *what)
{
    struct outcome outcome = int13_transfer(transfer, &drive_of(transfer->drive)->geometry);

    return check(!outcome.carry && outcome.status == STATUS_SUCCESS,
                 "%s drive %x form %c lba %x count %x buffer %x: expected success, got AH=%02x",
                 what, transfer->drive, transfer->form, (uint32_t)transfer->lba, transfer->count,
                 transfer->buffer, outcome.status);
}

/* Write and print; the buffer and its guards must not change. Returns the salt. */
static uint32_t write_one(uint8_t drive, enum form form, uint32_t lba, uint32_t count,
                          uint32_t buffer, uint8_t flags)
{
    uint32_t salt = ++next_salt;
    struct transfer write = {.operation = OPERATION_WRITE,
                             .form = form,
                             .drive = drive,
                             .lba = lba,
                             .count = count,
                             .buffer = buffer,
                             .flags = flags};

    buffer_guard(buffer, count * SECTOR);
    pattern_fill(buffer, lba, count, salt);
    transfer_place(&write);
    if (!call(&write, "write"))
        return salt;
    check(buffer_guard_intact(buffer, count * SECTOR, "write"),
          "the failure above is of: drive %x form %c lba %x count %x buffer %x", drive, form, lba,
          count, buffer);
    pattern_found(buffer, lba, count, salt, "the buffer after a write");
    transfer_report('W', &write, salt);
    return salt;
}

static bool read_back(uint8_t drive, uint32_t lba, uint32_t count)
{
    struct transfer read = {.operation = OPERATION_READ,
                            .form = FORM_LBA,
                            .drive = drive,
                            .lba = lba,
                            .count = count,
                            .buffer = READ_BACK};

    transfer_place(&read);
    return call(&read, "read back");
}

static void expect_on_disk(uint8_t drive, uint32_t lba, uint32_t count, uint32_t salt,
                           const char *what)
{
    if (read_back(drive, lba, count))
        pattern_found(READ_BACK, lba, count, salt, what);
}

static void sizes(enum form form)
{
    for (uint32_t count = 1; count <= MOST_SECTORS; count++) {
        uint32_t lba = drive_any_lba(BIG_DRIVE, form, count), size = count * SECTOR;
        bool across = count % 2;
        uint32_t buffer =
            across ? buffer_across(form, size) : buffer_aligned(form, next_alignment++);
        uint32_t salt = write_one(BIG_DRIVE, form, lba, count, buffer, 0);
        if (count % 4 == 0)
            expect_on_disk(BIG_DRIVE, lba, count, salt, "read back");
    }
}

static void alignments(enum form form)
{
    for (unsigned i = 0; i < buffer_alignments(); i++) {
        write_one(BIG_DRIVE, form, drive_any_lba(BIG_DRIVE, form, 1), 1, buffer_aligned(form, i),
                  0);
        write_one(BIG_DRIVE, form, drive_any_lba(BIG_DRIVE, form, 127), 127,
                  buffer_aligned(form, i), 0);
    }
}

static void ends(enum form form)
{
    static const uint32_t counts[] = {128, 127, 8, 2, 1};

    for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        uint32_t end = drive_reach(BIG_DRIVE, form), count = counts[i];
        write_one(BIG_DRIVE, form, 0, count, buffer_aligned(form, next_alignment++), 0);
        write_one(BIG_DRIVE, form, end - count, count, buffer_aligned(form, next_alignment++), 0);
    }
}

/* Function 43h with its verify flags: off, off in EDD 1.0, on. */
static void verify_flags(void)
{
    for (uint8_t flags = 0; flags <= 2; flags++) {
        for (uint32_t count = 1; count <= MOST_SECTORS; count *= 2) {
            uint32_t lba = drive_any_lba(BIG_DRIVE, FORM_LBA, count);
            uint32_t salt = write_one(BIG_DRIVE, FORM_LBA, lba, count,
                                      buffer_aligned(FORM_LBA, next_alignment++), flags);
            expect_on_disk(BIG_DRIVE, lba, count, salt, "read back after 43h with a verify flag");
        }
    }
}

/* The same sectors of all drives with different data: none may reach another drive. */
static void alternate(void)
{
    uint32_t salts[DRIVES_MOST];

    for (uint32_t i = 0; i < 32; i++) {
        /* After the program on the boot drive. */
        uint32_t lba = 1024 + i * 11, count = 1 + i % 11;
        for (unsigned d = 0; d < drive_count; d++)
            salts[d] = write_one((uint8_t)(FIRST_DRIVE + d), FORM_LBA, lba, count,
                                 buffer_aligned(FORM_LBA, next_alignment++), 0);
        for (unsigned d = 0; d < drive_count; d++)
            expect_on_disk((uint8_t)(FIRST_DRIVE + d), lba, count, salts[d],
                           "read back of alternating drives");
    }
}

/* Drives after 81h may have larger blocks: random places and sizes, and both ends. */
static void samples(uint8_t drive)
{
    for (uint32_t i = 0; i < 64; i++) {
        enum form form = forms[i % FORMS];
        uint32_t count = i < 40 ? 1 + random_below(20) : 1 + random_below(MOST_SECTORS);
        uint32_t lba = drive_any_lba(drive, form, count);
        if (!form_usable(form))
            continue;
        if (i < 4)
            lba = 0;
        else if (i < 8)
            lba = drive_reach(drive, form) - count;
        uint32_t salt =
            write_one(drive, form, lba, count, buffer_aligned(form, next_alignment++), 0);
        expect_on_disk(drive, lba, count, salt, "read back of a sample");
    }
}

/* A read after a write must not return older data that was cached or read ahead. */
static void rewritten_sectors_are_read_new(void)
{
    const uint32_t area = 4096, length = 256, step = 8;
    uint32_t base[2], salt;

    base[0] = write_one(BIG_DRIVE, FORM_LBA, area, MOST_SECTORS, buffer_aligned(FORM_LBA, 0), 0);
    base[1] = write_one(BIG_DRIVE, FORM_LBA, area + MOST_SECTORS, MOST_SECTORS,
                        buffer_aligned(FORM_LBA, 0), 0);
    /* In sequence: each read causes read-ahead, and each write is just before the next read. */
    for (uint32_t at = 0; at + step < length; at += step) {
        uint32_t next = area + at + step;
        expect_on_disk(BIG_DRIVE, area + at + step / 2, step / 2, base[at / MOST_SECTORS],
                       "sequential read");
        salt = write_one(BIG_DRIVE, FORM_LBA, next + 1, 2, buffer_aligned(FORM_LBA, at), 0);
        expect_on_disk(BIG_DRIVE, next + 1, 2, salt, "read of sectors just written");
        expect_on_disk(BIG_DRIVE, next, 1, base[(at + step) / MOST_SECTORS],
                       "read of the sector before one just written");
        expect_on_disk(BIG_DRIVE, next + 3, 1, base[(at + step) / MOST_SECTORS],
                       "read of the sector after one just written");
    }
    /* One sector again and again. */
    for (unsigned i = 0; i < 16; i++) {
        enum form form = forms[i % FORMS];
        if (!form_usable(form))
            continue;
        salt = write_one(BIG_DRIVE, form, area, 1, buffer_aligned(form, i), 0);
        expect_on_disk(BIG_DRIVE, area, 1, salt, "read of a sector written again");
    }
}

/* Calls that move no data: they succeed and change neither the buffer nor (dom0 checks) the disk.
 */
static void calls_without_data(enum form form)
{
    for (uint32_t count = 1; count <= MOST_SECTORS; count += 9) {
        struct transfer verify = {.operation = OPERATION_VERIFY,
                                  .form = form,
                                  .drive = BIG_DRIVE,
                                  .lba = drive_any_lba(BIG_DRIVE, form, count),
                                  .count = count,
                                  .buffer = buffer_aligned(form, count)};
        transfer_place(&verify);
        buffer_guard(verify.buffer, count * SECTOR);
        call(&verify, "verify");
        check(buffer_untouched(verify.buffer, count * SECTOR, "verify"),
              "the failure above: form %c", form);
    }
}

static void expect_success(struct outcome outcome, const char *what)
{
    check(!outcome.carry && outcome.status == STATUS_SUCCESS, "%s: expected success, got AH=%02x",
          what, outcome.status);
}

static void seek_format_reset(void)
{
    uint32_t buffer = buffer_aligned(FORM_LBA, 0);
    struct packet seek = {
        .size = 0x10, .count = 1, .segment = (uint16_t)(buffer >> 4), .lba = 1000};

    buffer_guard(buffer, 64 * SECTOR);
    expect_success(int13_packet(0x47, BIG_DRIVE, &seek, 0), "47h seek");
    expect_success(int13_chs(0x0c, BIG_DRIVE, 1, 1, 1, 1, buffer), "0ch seek");
    expect_success(int13_chs(0x05, BIG_DRIVE, 1, 1, 1, 8, buffer), "05h format");
    check(buffer_untouched(buffer, 64 * SECTOR, "seek and format"), "the failure above");
    expect_success(int13_simple(0x00, BIG_DRIVE), "00h reset");
    expect_success(int13_simple(0x0d, BIG_DRIVE), "0dh reset");
    uint32_t salt = write_one(BIG_DRIVE, FORM_LBA, 777, 9, buffer, 0);
    expect_success(int13_simple(0x00, BIG_DRIVE), "00h reset");
    expect_on_disk(BIG_DRIVE, 777, 9, salt, "read back after a reset");
}

void guest_main(void)
{
    if (!drives_learn())
        return;
    for (unsigned i = 0; i < FORMS; i++) {
        if (!form_usable(forms[i]))
            continue;
        sizes(forms[i]);
        alignments(forms[i]);
        ends(forms[i]);
        calls_without_data(forms[i]);
    }
    verify_flags();
    alternate();
    for (unsigned drive = 2; drive < drive_count; drive++)
        samples((uint8_t)(FIRST_DRIVE + drive));
    rewritten_sectors_are_read_new();
    seek_format_reset();
}
