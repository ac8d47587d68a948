/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Uses CD-ROM drives by int13. It boots from a CD-ROM, without emulation (DL=E0h and after) or from
 * the disk that one emulates, or from a disk.
 *
 * It prints, for each drive from E0h on:
 *   D drive ah15 ah49 ah10 size flags   functions 15h, 49h and 10h; block size and flags of 48h
 *   V drive NAME                        the name of the volume
 *   C drive lba count crc32             blocks of 2048 bytes that were read
 *   S drive blocks microseconds         the first blocks, in calls of 32 KiB
 *
 * With the parameter "watch=N", on a disk, it calls function N of the drive E0h instead, 22 (16h)
 * or 66 (42h), until the name of the volume is "LAST", and prints each change: M ah NAME the
 * status, and the name of the volume if it could be read
 *
 * With the parameter "unplug", on a disk, it unplugs at the end, as an operating system does.
 */
#include "clock.h"
#include "int13.h"
#include "unplug.h"

#define FIRST_CD     0xe0
#define CDS          4u
#define BLOCK        2048u
#define BLOCKS_MOST  32u
#define DESCRIPTOR   16u /* the block with the volume's name and size */
#define NAME_AT      40u
#define NAME_BYTES   32u
#define SIZE_AT      80u
#define BUFFER       LOW_BUFFERS
#define READS        10u
#define PAUSE_MS     250u
#define PACKET_BYTES 19u
#define TIMED_BLOCKS 64u
#define TIMED_COUNT  16u

static char name[NAME_BYTES + 1];

static struct outcome read_blocks(uint8_t drive, uint32_t lba, uint32_t count)
{
    struct packet packet = {
        .size = 0x10, .count = (uint16_t)count, .segment = BUFFER >> 4, .lba = lba};

    memset(at(BUFFER), 0xee, BLOCKS_MOST * BLOCK);
    return int13_packet(0x42, drive, &packet, 0);
}

/* Read the descriptor and take the name from it. */
static struct outcome read_name(uint8_t drive)
{
    struct outcome outcome = read_blocks(drive, DESCRIPTOR, 1);
    const char *from = (const char *)at(BUFFER) + NAME_AT;
    size_t length = 0;

    name[0] = 0;
    if (outcome.carry)
        return outcome;
    for (size_t i = 0; i < NAME_BYTES; i++)
        if (from[i] > ' ')
            length = i + 1;
    memcpy(name, from, length);
    name[length] = 0;
    return outcome;
}

static void report_read(uint8_t drive, uint32_t lba, uint32_t count)
{
    struct outcome outcome = read_blocks(drive, lba, count);

    if (check(!outcome.carry && outcome.count == count, "drive %x block %u: status %02x", drive,
              lba, outcome.status))
        print("C %x %u %u %08x\n", drive, lba, count, crc32(at(BUFFER), count * BLOCK));
}

/* Programs that copy files read in such calls, one after the other. */
static void report_speed(uint8_t drive)
{
    uint64_t begun = clock_read();

    for (uint32_t lba = 0; lba < TIMED_BLOCKS; lba += TIMED_COUNT) {
        struct packet packet = {
            .size = 0x10, .count = TIMED_COUNT, .segment = BUFFER >> 4, .lba = lba};
        struct outcome outcome = int13_packet(0x42, drive, &packet, 0);
        check(!outcome.carry, "drive %x block %u: status %02x", drive, lba, outcome.status);
    }
    print("S %x %u %u\n", drive, TIMED_BLOCKS, clock_microseconds(clock_read() - begun));
}

static void report_content(uint8_t drive)
{
    struct outcome outcome = read_name(drive);
    uint32_t blocks;

    if (!check(!outcome.carry, "drive %x: status %02x for its descriptor", drive, outcome.status))
        return;
    memcpy(&blocks, (const char *)at(BUFFER) + SIZE_AT, sizeof(blocks));
    print("V %x %s\n", drive, name);
    report_read(drive, 0, BLOCKS_MOST);
    report_read(drive, blocks - 1, 1);
    for (unsigned i = 0; i < READS; i++) {
        uint32_t lba = random_below(blocks - BLOCKS_MOST);
        report_read(drive, lba, 1 + random_below(BLOCKS_MOST));
    }
    report_speed(drive);
    outcome = read_blocks(drive, 0x7fffffff, 1);
    check(outcome.carry, "drive %x: a block that does not exist was read", drive);
    outcome = read_blocks(drive, 0, BLOCKS_MOST + 1);
    check(outcome.status == STATUS_BOUNDARY, "drive %x: status %02x for 66 KiB", drive,
          outcome.status);
    struct packet packet = {.size = 0x10, .count = 1, .segment = BUFFER >> 4, .lba = 0};
    outcome = int13_packet(0x43, drive, &packet, 0);
    check(outcome.status == STATUS_WRITEPROTECT, "drive %x: status %02x for a write", drive,
          outcome.status);
}

static void report_drive(uint8_t drive)
{
    struct outcome kind = int13_simple(0x15, drive);
    struct outcome change = int13_simple(0x49, drive), ready = int13_simple(0x10, drive);
    struct drive_table table = {.size = 26};

    int13_table(drive, &table);
    print("D %x %02x %02x %02x %u %04x\n", drive, kind.status, change.status, ready.status,
          table.sector_size, table.flags);
    if (!ready.carry)
        report_content(drive);
}

/* What the CD says of the boot from it: function 4B01h. */
static void report_emulation(void)
{
    uint8_t *bytes = at(BUFFER);
    struct regs regs = {.eax = 0x4b01, .edx = boot_drive, .ds = BUFFER >> 4};

    memset(bytes, 0, PACKET_BYTES);
    bios_int(0x13, &regs);
    print("B %x %02x media=%u drive=%x\n", boot_drive, regs.eax >> 8 & 0xff, bytes[1], bytes[2]);
}

/* The drive that a CD emulates has the boot sector of this program. */
static void report_emulated(void)
{
    struct outcome outcome = int13_chs(0x02, boot_drive, 0, 0, 1, 3, BUFFER);

    check(!outcome.carry && !memcmp(at(BUFFER), at(0x7c00), 3), "drive %x: status %02x", boot_drive,
          outcome.status);
    check(!memcmp((char *)at(BUFFER) + SECTOR, params, SECTOR),
          "drive %x: its second sector differs", boot_drive);
    outcome = int13_chs(0x03, boot_drive, 0, 0, 1, 1, BUFFER);
    check(outcome.status == STATUS_WRITEPROTECT, "drive %x: status %02x for a write", boot_drive,
          outcome.status);
}

static void watch(uint8_t function)
{
    char last_name[NAME_BYTES + 1] = "-";
    uint8_t last = 0xff;

    for (;;) {
        struct outcome outcome = {0};

        name[0] = 0;
        if (function != 0x42)
            outcome = int13_simple(function, FIRST_CD);
        if (!outcome.carry)
            outcome = read_name(FIRST_CD);
        if (outcome.status != last || memcmp(name, last_name, sizeof(name)))
            print("M %02x %s\n", outcome.status, name);
        last = outcome.status;
        memcpy(last_name, name, sizeof(name));
        if (!memcmp(name, "LAST", 5))
            return;
        clock_pause(PAUSE_MS);
    }
}

void guest_main(void)
{
    uint32_t function = boot_drive == FIRST_DRIVE ? param_number("watch=", 0) : 0;

    clock_find_rate();
    if (function) {
        watch((uint8_t)function);
    } else {
        report_emulation();
        if (boot_drive < FIRST_CD && !param_is("disk"))
            report_emulated();
        for (unsigned i = 0; i < CDS; i++)
            if (!int13_simple(0x15, (uint8_t)(FIRST_CD + i)).carry)
                report_drive((uint8_t)(FIRST_CD + i));
        if (boot_drive == FIRST_DRIVE && param_is("unplug"))
            unplug();
    }
    check(true, "the end");
    done();
}
