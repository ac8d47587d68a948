/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Measures one call of int13 on each drive. Prints "C DRIVE calls=.. microseconds=.." for reads of
 * the same sector, and "P PORT reads=.. microseconds=.." for reads of an IDE register, which QEMU
 * answers. The drives and the port take turns for many rounds. The shortest round of each counts,
 * because other work on the machine only adds to a round.
 */
#include "int13.h"
#include "timer.h"

#define BUFFER        (LOW_BUFFERS + 0x10000)
#define ROUNDS        60u
#define CALLS         10u
#define CYLINDER_PORT 0x1f4
#define DRIVES_MOST   4u

static bool read_once(uint8_t drive)
{
    struct packet packet = {.size = 0x10, .count = 1, .segment = BUFFER >> 4};
    struct outcome outcome = int13_packet(0x42, drive, &packet, 0);

    return check(outcome.status == STATUS_SUCCESS, "drive %x: status %x", drive, outcome.status);
}

/* Ticks of one round. */
static uint32_t round_of_reads(uint8_t drive)
{
    /* The first call may connect the disk, or read ahead. */
    bool good = read_once(drive);
    uint32_t before = timer_read();

    for (unsigned i = 0; good && i < CALLS; i++)
        good = read_once(drive);
    return timer_lap(&before);
}

static uint32_t round_of_port_reads(void)
{
    uint32_t before = timer_read();

    for (unsigned i = 0; i < CALLS; i++)
        port_read16(CYLINDER_PORT);
    return timer_lap(&before);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t microseconds(uint32_t ticks)
{
    return ticks / 10 * 1000 / ((TIMER_HZ + 5000) / 10000);
}

void guest_main(void)
{
    uint32_t shortest[DRIVES_MOST + 1];
    struct geometry geometry;

    if (!geometry_read(FIRST_DRIVE, &geometry) || geometry.drives > DRIVES_MOST)
        done();
    memset(shortest, 0xff, sizeof(shortest));
    for (unsigned round = 0; round < ROUNDS && !checks_failed; round++) {
        for (uint8_t i = 0; i < geometry.drives; i++)
            shortest[i] = least(shortest[i], round_of_reads(FIRST_DRIVE + i));
        shortest[DRIVES_MOST] = least(shortest[DRIVES_MOST], round_of_port_reads());
    }
    for (uint8_t i = 0; i < geometry.drives; i++)
        print("C %x calls=%u microseconds=%u\n", FIRST_DRIVE + i, CALLS, microseconds(shortest[i]));
    print("P %x reads=%u microseconds=%u\n", CYLINDER_PORT, CALLS,
          microseconds(shortest[DRIVES_MOST]));
    done();
}
