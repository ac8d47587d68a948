/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Prints which disk each drive is: "O DRIVE NAME" for all hard disks. NAME is the text that the
 * scenario has written at the start of the disk's last sector. With the parameter "wait", the
 * program prints "WAIT" at the end and waits for a key.
 */
#include "int13.h"
#include "keyboard.h"

#define BUFFER     (LOW_BUFFERS + 0x10000)
#define NAME_BYTES 16

void guest_main(void)
{
    struct geometry geometry;

    if (!geometry_read(FIRST_DRIVE, &geometry))
        done();
    for (uint8_t drive = FIRST_DRIVE; drive < FIRST_DRIVE + geometry.drives; drive++) {
        struct packet packet = {
            .size = 0x10, .count = 1, .segment = BUFFER >> 4, .lba = sectors_read(drive) - 1};
        struct outcome outcome = int13_packet(0x42, drive, &packet, 0);
        char *name = at(BUFFER);

        if (!check(outcome.status == STATUS_SUCCESS, "drive %x: status %x", drive, outcome.status))
            continue;
        name[NAME_BYTES] = 0;
        print("O %x %s\n", drive, name);
    }
    if (param_is("wait")) {
        print("WAIT\n");
        keyboard_wait();
    }
    done();
}
