/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * How fast int13 reads: "S WHAT bytes=.. microseconds=.. calls=.." for each kind of work on drive
 * 81h. Each kind runs for a fixed time, so that slow drives do not take for ever.
 */
#include "buffer.h"
#include "timer.h"

#define DRIVE     (FIRST_DRIVE + 1)
#define BUFFER    (LOW_BUFFERS + 0x10000)
#define RUN_TICKS (4u * TIMER_HZ)

/* Read `count` sectors a call; from sector to sector, or from places all over the disk. */
static void measure(const char *what, uint32_t count, bool random_places, uint64_t sectors)
{
    uint32_t ticks = 0, calls = 0, before = timer_read();
    uint64_t lba = 0;

    while (ticks < RUN_TICKS) {
        struct packet packet = {
            .size = 0x10, .count = (uint16_t)count, .segment = BUFFER >> 4, .lba = lba};
        struct outcome outcome = int13_packet(0x42, DRIVE, &packet, 0);

        if (!check(outcome.status == STATUS_SUCCESS, "%s: sector %llx: status %x", what, lba,
                   outcome.status))
            return;
        calls++;
        if (random_places)
            lba = random_below((uint32_t)sectors / count) * count;
        else
            lba = lba + 2 * count > sectors ? 0 : lba + count;

        ticks += timer_lap(&before);
    }
    /* Microseconds without a division of 64 bits. */
    print("S %s bytes=%u microseconds=%u calls=%u\n", what, calls * count * SECTOR,
          ticks / (TIMER_HZ / 1000) * 1000, calls);
}

void guest_main(void)
{
    uint64_t sectors = sectors_read(DRIVE);

    measure("sequential-64k", MOST_SECTORS, false, sectors);
    measure("sequential-32k", 64, false, sectors);
    measure("sequential-1-sector", 1, false, sectors);
    measure("random-4k", 8, true, sectors);
    done();
}
