/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What every guest program uses: BIOS calls, the serial console, memory, checks.
 *
 * Memory as the programs use it: from 0x2000 on the variables, below 0x7000 the stack, from 0x7c00
 * to 0x10000 the program, from LOW_BUFFERS to LOW_BUFFERS_END what real-mode calls can reach, from
 * HIGH_BUFFERS on what only flat addresses can.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOW_BUFFERS     0x00020000u
#define LOW_BUFFERS_END 0x00090000u
#define HIGH_BUFFERS    0x00400000u

/**** BIOS calls: boot.S, runtime.c ****/

/* The order is that of the pushes in boot.S. */
struct regs {
    uint32_t edi, esi, ebp, esp, ebx, edx, ecx, eax;
    uint16_t es, ds;
    uint32_t eflags;
};

#define FLAG_CARRY 1u

extern uint8_t boot_drive;
extern char params[512];

/* Run interrupt `vector` in real mode; regs goes in and comes back (esp and eflags only come back).
 */
void bios_int(uint8_t vector, struct regs *regs);

/**** Console: console.c ****/

void console_setup(void);

/* Print to COM1. Known: %c %s %u %x and %llx, with a width, padded by blanks or by zeros. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**** Memory, checksums, numbers: runtime.c ****/

void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);

/* The memory at a linear address. The compiler must not see that the address is a constant: it
 * takes small ones for null pointers with an offset. */
static inline void *at(uint32_t linear)
{
    __asm__("" : "+r"(linear));
    return (void *)linear;
}

/* CRC-32 as zlib has it. */
uint32_t crc32(const void *data, size_t size);

/* Pseudo-random numbers, the same in each run: a failure must come again. */
uint32_t random32(void);

/* A pseudo-random number below limit (not 0). */
uint32_t random_below(uint32_t limit);

/**** Checks: check.c ****/

extern unsigned checks_passed, checks_failed;

/* Count a check. If it failed, say so: the text tells what was expected and what came. */
bool check(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether a word is in the text that the scenario wrote into the image, such as "rom=stock". */
bool param_is(const char *word);

/* The number behind a name such as "salt=" in that text, or another one where it is not there. */
uint32_t param_number(const char *name, uint32_t otherwise);

/* Print the last line that a scenario waits for, and stop. */
void done(void) __attribute__((noreturn));

/* Each program has one. */
void guest_main(void);

#endif
