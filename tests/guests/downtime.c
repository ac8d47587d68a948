/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Prints all the time while a scenario moves the guest from domain to domain, so that dom0 sees
 * for how long it stands still. It reads 32 MiB of the drive 81h, 4 KiB a call and far apart, so
 * that no cache has the data. pattern-disk in dom0 has filled the drive; the program checks all
 * that it reads.
 *
 * Parameters
 *   idle     make no call of int13, but print a line "#" every few milliseconds; after a key read
 *            twice. Without it, read until a key is pressed
 *   keys=N   number of keys until the program ends (1)
 *
 * A read prints "R" before its call, and after it "#MICROSECONDS" and the end of the line. So a "#"
 * that a new domain prints is of a call that has ended there. If the guest stood still during the
 * call, these microseconds have a part of that.
 */
#include "keyboard.h"
#include "read_speed.h"

#define DRIVE       (FIRST_DRIVE + 1)
#define COUNT       8u                   /* sectors a call */
#define PLACES      (64u * 1024 / COUNT) /* of 32 MiB */
#define STRIDE      5063u /* places; the golden section, so that the last hundred calls are apart */
#define IDLE_MS     10u
#define CALLS_A_KEY 2u

static void read_next(void)
{
    static uint32_t place;
    uint32_t lba = place * COUNT;

    place = (place + STRIDE) % PLACES;
    print("R");
    uint64_t begun = clock_read();
    bool good = speed_transfer(MANY_READ, DRIVE, lba, COUNT, "read");
    print("#%u\n", clock_microseconds(clock_read() - begun));
    for (uint32_t i = 0; good && i < COUNT; i++)
        good = speed_sector_is_good(i, lba + i, 0, "read");
    check(good, "the read of sector %x failed", lba);
}

void guest_main(void)
{
    uint32_t keys = param_number("keys=", 1);
    bool idle = param_is("idle");

    print("downtime: up\n");
    clock_find_rate();
    if (!check(sectors_read(DRIVE) >= PLACES * COUNT, "drive %x is too small", DRIVE))
        return;
    for (unsigned i = 0; idle && i < CALLS_A_KEY; i++)
        read_next();
    while (keys) {
        if (key_pressed()) {
            key_take();
            keys--;
            for (unsigned i = 0; idle && i < CALLS_A_KEY; i++)
                read_next();
        } else if (idle) {
            print("#\n");
            clock_pause(IDLE_MS);
        } else {
            read_next();
        }
    }
}
