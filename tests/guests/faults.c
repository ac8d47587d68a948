/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Read disks whose backends misbehave (tests/dom0-tools/hostile-backend.c), and boot from another
 * disk after that.
 *
 * Drives: 80h is this program's; the last one is good and is booted from in the end; those between
 * are the subject. Each is read once before the fault, once in it, reset, and read once more; and,
 * a few seconds later if that failed, reset and read again: "F drive before=.. fault=.. reset=..
 * after=.. again=.." has the statuses. What the faults' statuses
 * must be is the scenario's affair; here it is checked that a good status comes with the right
 * data, that a bad one left the memory around the buffer alone, and that the other disks go on.
 */
#include "buffer.h"
#include "timer.h"

#define BUFFER       (LOW_BUFFERS + 0x10000)
#define FAULT_SECTOR 8u
#define WHILE_S      4u
#define WORDS        (SECTOR / 8u)

/* Where the boot sector is read to before it goes to its place, which is ours until then. */
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

/* Read and check. Return: the status. */
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

static void wait_a_while(void)
{
    uint32_t last = timer_read();

    for (uint32_t ticks = 0; ticks < WHILE_S * TIMER_HZ;)
        ticks += timer_lap(&last);
}

static void try_disk(uint8_t drive)
{
    uint8_t before = read_sectors(drive, 5, 1, "before");
    uint8_t fault = read_sectors(drive, FAULT_SECTOR, MOST_SECTORS, "in the fault");
    uint8_t reset = int13_simple(0x00, drive).status;
    uint8_t after = read_sectors(drive, 6, 1, "after");

    if (after != STATUS_SUCCESS)
        wait_a_while();
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

    if (!geometry_read(FIRST_DRIVE, &geometry))
        done();
    uint8_t last = (uint8_t)(FIRST_DRIVE + geometry.drives - 1);
    print("drives %u\n", geometry.drives);
    for (uint8_t drive = FIRST_DRIVE + 1; drive < last; drive++)
        try_disk(drive);
    chain(last);
}
