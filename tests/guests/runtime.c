/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* In place of a C library: memory, checksums, pseudo-random numbers. */
#include "crc32.h"
#include "guest.h"

extern struct regs bios_regs;
extern uint8_t bios_vector;
void bios_call(void);
void guest_start(void);

void *memset(void *to, int byte, size_t size)
{
    void *at = to;
    size_t words = size / 4, rest = size % 4;
    uint32_t word = (uint8_t)byte * 0x01010101u;

    __asm__ volatile("rep stosl" : "+D"(at), "+c"(words) : "a"(word) : "memory");
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(rest) : "a"(word) : "memory");
    return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
    void *at = to;
    size_t words = size / 4, rest = size % 4;

    __asm__ volatile("rep movsl" : "+D"(at), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(rest) : : "memory");
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const uint8_t *left = a, *right = b;

    for (; size; size--, left++, right++) {
        if (*left != *right)
            return *left - *right;
    }
    return 0;
}

size_t strlen(const char *text)
{
    const char *end = text;

    while (*end)
        end++;
    return (size_t)(end - text);
}

static uint32_t crc32_table[256];

uint32_t crc32(const void *data, size_t size)
{
    return crc32_of(crc32_table, data, size);
}

static uint32_t random_state = 2463534242u;

uint32_t random32(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

uint32_t random_below(uint32_t limit)
{
    return random32() % limit;
}

void bios_int(uint8_t vector, struct regs *regs)
{
    bios_regs = *regs;
    bios_vector = vector;
    bios_call();
    *regs = bios_regs;
}

void guest_start(void)
{
    console_setup();
    crc32_fill(crc32_table);
    guest_main();
    done();
}
