/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Reads disks whose backends misbehave (tests/dom0-tools/hostile-backend.c), then boots from
 * another disk.
 *
 * Drives: 80h is this program's own; the last one has no fault, and the program boots from it at
 * the end; those in between are tested. The program reads each before the fault and during it,
 * resets the drive and reads again; if that fails, it resets and reads once more a few seconds
 * later. "F drive before=.. fault=.. reset=.. after=.. again=.." has the statuses, which the
 * scenario judges. The program checks that a read that succeeds gives the right data, that one that
 * fails changes nothing around the buffer, and that the other disks keep working.
 */
#include "buffer.h"
#include "clock.h"

#define BUFFER       (LOW_BUFFERS + 0x10000)
#define FAULT_SECTOR 8u
#define WHILE_MS     4000u
#define WORDS        (SECTOR / 8u)

/* Buffer of the boot sector: its final place still holds this program. */
#define CHAIN_SECTOR 0x1000u
#define CHAIN_CODE   0x0600u
#define CHAIN_VECTOR 0x60u

extern const uint8_t chain_start[], chain_end[];

static bool data_is_right(uint64_t lba, uint32_t count)
{
    const uint64_t *words = at(BUFFER);

    for (uint32_t i = 0; i < count * WORDS; i++)
        if (words[i] != lba * WORDS + i)
            return false;
    return true;
}

/* Read, and check the data. Return: the status. */
static uint8_t read_sectors(uint8_t drive, uint64_t lba, uint32_t count, const char *when)
{
    struct packet packet = {
        .size = 0x10, .count = (uint16_t)count, .segment = BUFFER >> 4, .lba = lba};

    buffer_guard(BUFFER, count * SECTOR);
    struct outcome outcome = int13_packet(0x42, drive, &packet, 0);
    buffer_guard_intact(BUFFER, count * SECTOR, when);
    check(outcome.carry == (outcome.status != STATUS_SUCCESS), "drive %x %s: status %x, carry %u",
          drive, when, outcome.status, outcome.carry);
    if (outcome.status == STATUS_SUCCESS)
        check(data_is_right(lba, count), "drive %x %s: wrong data with a good status", drive, when);
    else
        check(outcome.count == 0, "drive %x %s: failed, but %u sectors reported", drive, when,
              outcome.count);
    return outcome.status;
}

static void try_disk(uint8_t drive)
{
    uint8_t before = read_sectors(drive, 5, 1, "before");
    uint8_t fault = read_sectors(drive, FAULT_SECTOR, MOST_SECTORS, "in the fault");
    uint8_t reset = int13_simple(0x00, drive).status;
    uint8_t after = read_sectors(drive, 6, 1, "after");

    if (after != STATUS_SUCCESS)
        clock_pause(WHILE_MS);
    int13_simple(0x00, drive);
    uint8_t again = read_sectors(drive, 7, 1, "again");
    print("F %x before=%02x fault=%02x reset=%02x after=%02x again=%02x\n", drive, before, fault,
          reset, after, again);
}

/* Boot from another drive, as a boot manager does. */
static void chain(uint8_t drive)
{
    struct packet packet = {.size = 0x10, .count = 1, .segment = CHAIN_SECTOR >> 4, .lba = 0};
    struct outcome outcome = int13_packet(0x42, drive, &packet, 0);
    struct regs regs = {.edx = drive};

    if (!check(outcome.status == STATUS_SUCCESS, "drive %x: its boot sector cannot be read: %x",
               drive, outcome.status))
        done();
    memcpy(at(CHAIN_CODE), chain_start, (size_t)(chain_end - chain_start));
    *(uint32_t *)at(CHAIN_VECTOR * 4) = CHAIN_CODE;
    print("SUBJECTS passed=%u failed=%u\n", checks_passed, checks_failed);
    bios_int(CHAIN_VECTOR, &regs);
}

void guest_main(void)
{
    struct geometry geometry;

    clock_find_rate();
    if (!geometry_read(FIRST_DRIVE, &geometry))
        done();
    uint8_t last = (uint8_t)(FIRST_DRIVE + geometry.drives - 1);
    print("drives %u\n", geometry.drives);
    for (uint8_t drive = FIRST_DRIVE + 1; drive < last; drive++)
        try_disk(drive);
    chain(last);
}
