/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Functions for every guest program: BIOS calls, the serial console, memory, checks.
 *
 * Layout of the memory: variables from 0x2000 on; the stack below 0x7000; the program from 0x7c00
 * to 0x10000; from LOW_BUFFERS to LOW_BUFFERS_END buffers that real-mode calls can reach; from
 * HIGH_BUFFERS on buffers that only flat addresses can reach.
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

/* Print to COM1, or to port e9 where there is no COM1. Known: %c %s %u %x and %llx, with a width,
 * padded by blanks or by zeros. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**** Memory, checksums, numbers: runtime.c ****/

void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);

/* The memory at a linear address. The compiler must not see that the address is a constant, because
 * it takes small constants for null pointers with an offset. */
static inline void *at(uint32_t linear)
{
    __asm__("" : "+r"(linear));
    return (void *)linear;
}

/* CRC-32, as in zlib. */
uint32_t crc32(const void *data, size_t size);

/* A pseudo-random number. The sequence is the same in each run, so that a failure repeats. */
uint32_t random32(void);

/* A pseudo-random number below limit (not 0). */
uint32_t random_below(uint32_t limit);

/**** Checks: check.c ****/

extern unsigned checks_passed, checks_failed;

/* Count a check, and return whether it holds. If it fails, print the text: what was expected, and
 * what was found. */
bool check(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether the scenario has written this parameter into the image, such as "rom=stock". */
bool param_is(const char *word);

/* The number after a name such as "salt=" in the parameters, or the given default. */
uint32_t param_number(const char *name, uint32_t otherwise);

/* The text after a name such as "forms=" in the parameters, up to a blank or a zero; or NULL. */
const char *param_text(const char *name);

/* Print the line "DONE ...", which scenarios wait for, and stop. */
void done(void) __attribute__((noreturn));

/* The entry of each program. */
void guest_main(void);

#endif
