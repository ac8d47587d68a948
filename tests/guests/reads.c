/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Reads in every form, size and alignment. Prints every read with a checksum of its data:
 *
 *     R drive form lba count buffer crc32
 *
 * (all in hexadecimal; the buffer is seg:off where the call has one). A program in dom0 compares
 * them with the images and checks that nothing is missing (tests/dom0-tools/check-reads.c).
 *
 * Drives: the boot drive; 81h gets every test, the drives after it get samples. Parameters:
 * "noflat" for a BIOS without flat addresses; "forms=LETTERS" for these forms only (int13.h).
 */
#include "buffer.h"
#include "drives.h"

/* Size of the calls that read the whole disk: an odd number, and few lines. */
#define WHOLE_CALL 127u
#define WHOLE_LINE (16 * WHOLE_CALL)

static unsigned next_alignment;

static bool read_sectors(struct transfer *read)
{
    transfer_place(read);
    struct outcome outcome = int13_transfer(read, &drive_of(read->drive)->geometry);
    return check(!outcome.carry && outcome.status == STATUS_SUCCESS,
                 "read drive %x form %c lba %x count %x buffer %x: expected success, got AH=%02x",
                 read->drive, read->form, (uint32_t)read->lba, read->count, read->buffer,
                 outcome.status);
}

/* One read into a guarded buffer, printed. */
static void read_one(uint8_t drive, enum form form, uint32_t lba, uint32_t count, uint32_t buffer)
{
    struct transfer read = {.operation = OPERATION_READ,
                            .form = form,
                            .drive = drive,
                            .lba = lba,
                            .count = count,
                            .buffer = buffer};

    buffer_guard(buffer, count * SECTOR);
    if (!read_sectors(&read))
        return;
    check(buffer_guard_intact(buffer, count * SECTOR, "read"),
          "the failure above is of: drive %x form %c lba %x count %x buffer %x", drive, form, lba,
          count, buffer);
    transfer_report('R', &read, crc32(at(buffer), count * SECTOR));
}

static void read_any(uint8_t drive, enum form form, uint32_t count, uint32_t buffer)
{
    read_one(drive, form, drive_any_lba(drive, form, count), count, buffer);
}

static void sizes(enum form form)
{
    for (uint32_t count = 1; count <= MOST_SECTORS; count++) {
        read_any(BIG_DRIVE, form, count, buffer_aligned(form, next_alignment++));
        if (count % 2 || count > MOST_SECTORS - 8)
            read_any(BIG_DRIVE, form, count, buffer_across(form, count * SECTOR));
    }
}

static void alignments(enum form form)
{
    for (unsigned i = 0; i < buffer_alignments(); i++) {
        read_any(BIG_DRIVE, form, 1, buffer_aligned(form, i));
        read_any(BIG_DRIVE, form, 127, buffer_aligned(form, i));
    }
}

static void ends(uint8_t drive, enum form form)
{
    static const uint32_t counts[] = {1, 2, 8, 127, 128};
    uint32_t end = drive_reach(drive, form);

    for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        read_one(drive, form, 0, counts[i], buffer_aligned(form, next_alignment++));
        read_one(drive, form, end - counts[i], counts[i], buffer_aligned(form, next_alignment++));
    }
}

/* Requests to the drives in turn: the data of one must not come from another. */
static void alternate(void)
{
    for (unsigned i = 0; i < 32 * drive_count; i++) {
        uint8_t drive = (uint8_t)(FIRST_DRIVE + i % drive_count);
        enum form form = forms[i / drive_count % FORMS];
        uint32_t count = 1 + random_below(24);
        if (!form_usable(form))
            continue;
        /* The same sectors of all drives, then random ones. */
        if (i / drive_count < 8)
            read_one(drive, form, i / drive_count, 8, buffer_aligned(form, next_alignment++));
        else
            read_any(drive, form, count, buffer_aligned(form, next_alignment++));
    }
}

/* All of the disk once, from the first sector to the last. */
static void whole(void)
{
    struct transfer read = {.operation = OPERATION_READ,
                            .form = FORM_LBA,
                            .drive = BIG_DRIVE,
                            .buffer = buffer_aligned(FORM_LBA, 1)};
    uint32_t end = drive_of(BIG_DRIVE)->sectors;

    for (uint32_t start = 0; start < end; start += WHOLE_LINE) {
        uint32_t total = end - start < WHOLE_LINE ? end - start : WHOLE_LINE;
        uint8_t *collected = at(HIGH_BUFFERS);
        for (uint32_t done = 0; done < total; done += read.count) {
            read.count = total - done < WHOLE_CALL ? total - done : WHOLE_CALL;
            read.lba = start + done;
            if (!read_sectors(&read))
                return;
            memcpy(collected + done * SECTOR, at(read.buffer), read.count * SECTOR);
        }
        read.lba = start;
        read.count = total;
        transfer_report('R', &read, crc32(collected, total * SECTOR));
    }
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
        for (unsigned drive = 1; drive < drive_count; drive++)
            ends((uint8_t)(FIRST_DRIVE + drive), forms[i]);
    }
    alternate();
    whole();
}
