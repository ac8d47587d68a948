/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Calls the BIOS of a PVH guest from v86 mode, as under a memory manager of DOS: reads the disk,
 * and waits for ticks, there and in real mode afterwards. Prints what happens; no way out may hang.
 */
#include "clock.h"
#include "drives.h"
#include "int13.h"
#include "v86.h"

#define BDA_TICKS 0x46cu
#define WAIT_MS   500u

static uint32_t bda_ticks(void)
{
    return *(volatile uint32_t *)at(BDA_TICKS);
}

/* Calls of int1A let interrupts in. */
static uint32_t ticks_of(void (*mode)(uint8_t, struct regs *))
{
    uint32_t before = bda_ticks();
    uint64_t begin = clock_read();

    while (clock_read() - begin < clock_counts(WAIT_MS)) {
        struct regs regs = {0};
        mode(0x1a, &regs);
    }
    return bda_ticks() - before;
}

static struct outcome read_by(void (*mode)(uint8_t, struct regs *))
{
    struct transfer read = {.operation = OPERATION_READ,
                            .form = FORM_LBA,
                            .drive = FIRST_DRIVE,
                            .lba = 0,
                            .count = 1,
                            .buffer = LOW_BUFFERS};
    struct outcome outcome;

    int13_mode = mode;
    transfer_place(&read);
    outcome = int13_transfer(&read, NULL);
    int13_mode = bios_int;
    return outcome;
}

void guest_main(void)
{
    clock_find_rate();
    check(!read_by(bios_int).carry, "a read from real mode fails");
    print("v86: %u ticks in real mode before\n", ticks_of(bios_int));
    struct outcome outcome = read_by(v86_bios_int);
    print("v86: int13 returns carry %u status %02x\n", outcome.carry, outcome.status);
    print("v86: %u ticks in v86 mode\n", ticks_of(v86_bios_int));
    print("v86: %u ticks in real mode afterwards\n", ticks_of(bios_int));
    check(!read_by(bios_int).carry, "a read from real mode fails afterwards");
}
