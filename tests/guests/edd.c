/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Prints what function 48h of int13 says of each hard disk beyond EDD 1.x, for each size of the
 * table. A line has less than 80 bytes, because Xen's debug console breaks longer ones.
 */
#include "drives.h"

#define HARD_DISKS 8u
#define BLANK      0xee

/* The places in the table. */
#define DPTE        26u
#define KEY         30u
#define LENGTH      32u
#define HOST_BUS    36u
#define INTERFACE   40u
#define PATH        48u
#define DEVICE_PATH 56u

static uint32_t u32_in(const uint8_t *bytes, unsigned at)
{
    return bytes[at] | (uint32_t)bytes[at + 1] << 8 | (uint32_t)bytes[at + 2] << 16 |
           (uint32_t)bytes[at + 3] << 24;
}

static void print_text(const uint8_t *bytes, unsigned count)
{
    while (count--) {
        print("%c", *bytes >= ' ' && *bytes < 127 ? *bytes : '?');
        bytes++;
    }
}

static void report_path(uint8_t drive, const uint8_t *bytes, unsigned end)
{
    uint8_t sum = 0;

    for (unsigned i = KEY; i < end; i++)
        sum = (uint8_t)(sum + bytes[i]);
    print("E %x %u key=%04x length=%u sum=%u bus=", drive, end, u32_in(bytes, KEY) & 0xffff,
          bytes[LENGTH], sum);
    print_text(bytes + HOST_BUS, 4);
    print(" interface=");
    print_text(bytes + INTERFACE, 8);
    print("\nE %x %u path=%08x device=%u\n", drive, end, u32_in(bytes, PATH),
          u32_in(bytes, DEVICE_PATH));
}

static void report(uint8_t drive, uint16_t size)
{
    struct drive_table table;
    const uint8_t *bytes = (const uint8_t *)&table;

    memset(&table, BLANK, sizeof(table));
    table.size = size;
    struct outcome outcome = int13_table(drive, &table);
    print("E %x %u carry=%u returned=%u dpte=%08x\n", drive, size, outcome.carry, table.size,
          u32_in(bytes, DPTE));
    check(table.size <= size, "48h with %u bytes returned %u", size, table.size);
    for (unsigned i = table.size; i < sizeof(table); i++)
        check(bytes[i] == BLANK, "48h with %u bytes wrote byte %u", size, i);
    if (table.size > KEY)
        report_path(drive, bytes, table.size);
}

void guest_main(void)
{
    static const uint16_t sizes[] = {26, 30, 66, 74};

    for (uint8_t drive = FIRST_DRIVE; drive < FIRST_DRIVE + HARD_DISKS; drive++) {
        if (int13_simple(0x08, drive).carry)
            continue;
        for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
            report(drive, sizes[i]);
    }
}
