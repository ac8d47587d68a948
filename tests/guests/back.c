/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Closes and opens the PV disks many times: int15 AX=EC00h announces an operating system, so the
 * firmware closes all PV disks; the next int13 call opens one again.
 *
 * After the last close the program prints "CLOSED" and waits some seconds, so that the scenario can
 * check what is left. It reads and writes drive 81h.
 */
#include "buffer.h"
#include "clock.h"

#define DRIVE   (FIRST_DRIVE + 1)
#define BUFFER  (LOW_BUFFERS + 0x10000)
#define TURNS   100u
#define SECTORS 64u

/* INT 15h, Detect Target Operating Mode; 2: long mode. */
#define TARGET_MODE_AX 0xec00u
#define LONG_MODE      2u

#define PAUSE_MS 15000u

static void announce_operating_system(void)
{
    struct regs regs = {.eax = TARGET_MODE_AX, .ebx = LONG_MODE};

    bios_int(0x15, &regs);
}

static uint8_t transfer(uint8_t function, uint64_t lba)
{
    struct packet packet = {.size = 0x10, .count = SECTORS, .segment = BUFFER >> 4, .lba = lba};

    return int13_packet(function, DRIVE, &packet, 0).status;
}

void guest_main(void)
{
    uint8_t *data = at(BUFFER);

    clock_find_rate();
    for (uint32_t turn = 0; turn < TURNS; turn++) {
        announce_operating_system();
        announce_operating_system(); /* closing twice is harmless */
        memset(data, (int)turn, SECTORS * SECTOR);
        check(transfer(0x43, turn * SECTORS) == STATUS_SUCCESS, "turn %u: write", turn);
        announce_operating_system();
        memset(data, 0xff, SECTORS * SECTOR);
        check(transfer(0x42, turn * SECTORS) == STATUS_SUCCESS, "turn %u: read", turn);
        check(data[0] == turn && data[SECTORS * SECTOR - 1] == turn, "turn %u: read %x", turn,
              data[0]);
    }
    announce_operating_system();
    print("CLOSED\n");
    clock_pause(PAUSE_MS);
    done();
}
