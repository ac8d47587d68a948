/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The keyboard. By a key a scenario lets a program continue. */
#ifndef KEYBOARD_H
#define KEYBOARD_H

#include "guest.h"

#define FLAG_ZERO 0x40u

#define KEYBOARD_DATA   0x60
#define KEYBOARD_STATUS 0x64
#define KEYBOARD_FULL   1
#define KEY_RELEASED    0x80

static inline uint8_t keyboard_port(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

/* Ask the BIOS whether it has received a key. The call lets interrupts in. */
static inline bool key_pressed(void)
{
    struct regs regs = {.eax = 0x0100};

    bios_int(0x16, &regs);
    return !(regs.eflags & FLAG_ZERO);
}

/* Wait until the BIOS has received a key, and take it. The BIOS halts the processor while it waits;
 * polling would take dom0's time. Interrupts come in. */
static inline void key_take(void)
{
    struct regs regs = {0};

    bios_int(0x16, &regs);
}

/* Wait until a key is pressed, without the BIOS. */
static inline void keyboard_wait(void)
{
    do {
        while (!(keyboard_port(KEYBOARD_STATUS) & KEYBOARD_FULL)) {
        }
    } while (keyboard_port(KEYBOARD_DATA) & KEY_RELEASED);
}

#endif
