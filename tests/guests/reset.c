/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Resets the machine through the BIOS while its disk is open: reads by int13, then jumps to the
 * reset vector. With the parameter "keyboard" it waits for Ctrl-Alt-Del instead.
 */
#include "int13.h"

#define BUFFER (LOW_BUFFERS + 0x10000)

/* An unused software interrupt, and the address where a processor starts. */
#define VECTOR       0xf0
#define RESET_VECTOR 0xffff0000u

void guest_main(void)
{
    struct packet packet = {.size = 0x10, .count = 1, .segment = BUFFER >> 4};
    struct regs regs = {.eax = 0};

    check(int13_packet(0x42, FIRST_DRIVE, &packet, 0).status == STATUS_SUCCESS, "read");
    print("READ passed=%u failed=%u\n", checks_passed, checks_failed);
    if (!param_is("keyboard")) {
        *(uint32_t *)at(VECTOR * sizeof(uint32_t)) = RESET_VECTOR;
        bios_int(VECTOR, &regs);
    }
    for (;;)
        bios_int(0x16, &regs);
}
