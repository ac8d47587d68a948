/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Copy and compare bytes, and read memory that another domain can write.
 *
 * The core has no C library, so it calls the compiler's builtins by name. Each environment provides
 * the functions behind them.
 */
#ifndef XEN_BYTES_H
#define XEN_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_BYTES   4096u
#define PAGE_BITS    12
#define SECTOR_BYTES 512u
#define SECTOR_BITS  9

#define SECTORS_PER_PAGE (PAGE_BYTES / SECTOR_BYTES)

static inline void bytes_copy(void *to, const void *from, uint32_t count)
{
    __builtin_memcpy(to, from, count);
}

/** Copy @sectors sectors. Copies a fixed 512 bytes at a time: with a variable length, the compiler
 * optimises for size and copies byte by byte. */
static inline void sectors_copy(void *to, const void *from, uint32_t sectors)
{
    uint8_t *next_to = to;
    const uint8_t *next_from = from;

    for (; sectors; sectors--, next_to += SECTOR_BYTES, next_from += SECTOR_BYTES)
        __builtin_memcpy(next_to, next_from, SECTOR_BYTES);
}

static inline void bytes_zero(void *to, uint32_t count)
{
    __builtin_memset(to, 0, count);
}

static inline bool bytes_equal(const void *a, const void *b, uint32_t count)
{
    return __builtin_memcmp(a, b, count) == 0;
}

static inline uint32_t string_length(const char *string)
{
    return (uint32_t)__builtin_strlen(string);
}

/** Keep the compiler from moving memory accesses across this point. x86 itself keeps loads and
 * stores in the order that ring protocols need, except a load after a store: see shared_fence. */
static inline void shared_barrier(void)
{
    __asm__ volatile("" ::: "memory");
}

/** Keep later loads from passing earlier stores: a full fence. */
static inline void shared_fence(void)
{
    __sync_synchronize();
}

/** Read a word of shared memory once, before anything that follows. */
static inline uint32_t shared_read(const volatile uint32_t *word)
{
    uint32_t value = *word;
    shared_barrier();
    return value;
}

/** Write a word of shared memory once, after everything that came before. */
static inline void shared_write(volatile uint32_t *word, uint32_t value)
{
    shared_barrier();
    *word = value;
}

/**
 * Set *@word to @wanted if it is *@expected, atomically.
 *
 * The instruction is written by hand because the ROM is compiled for the i386, which lacks it.
 * Return: whether *@word was set; if not, *@expected is the value found.
 */
/* The instruction writes to both. NOLINTNEXTLINE(readability-non-const-parameter) */
static inline bool shared_compare_exchange16(volatile uint16_t *word, uint16_t *expected,
                                             uint16_t wanted)
{
    uint8_t done;

    __asm__ volatile("lock cmpxchgw %3, %0\n\tsete %2"
                     : "+m"(*word), "+a"(*expected), "=q"(done)
                     : "r"(wanted)
                     : "memory", "cc");
    return done;
}

/** The same for 32 bits. Also a full fence. */
/* NOLINTNEXTLINE(readability-non-const-parameter) */
static inline bool shared_compare_exchange32(volatile uint32_t *word, uint32_t *expected,
                                             uint32_t wanted)
{
    uint8_t done;

    __asm__ volatile("lock cmpxchgl %3, %0\n\tsete %2"
                     : "+m"(*word), "+a"(*expected), "=q"(done)
                     : "r"(wanted)
                     : "memory", "cc");
    return done;
}

#endif
