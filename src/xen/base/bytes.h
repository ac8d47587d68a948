/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Copying and comparing bytes, and reading memory that another domain can write.
 *
 * The builtins are used by name because the core has no C library: each environment brings the
 * functions behind them.
 */
#ifndef XEN_BYTES_H
#define XEN_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_BYTES   4096u
#define PAGE_BITS    12
#define SECTOR_BYTES 512u
#define SECTOR_BITS  9

static inline void bytes_copy(void *to, const void *from, uint32_t count)
{
    __builtin_memcpy(to, from, count);
}

/** Copy sectors. Of so many bytes at once, because the compiler, told to save bytes, copies what it
 *  does not know to be words one byte after the other. */
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

/** Keeps the compiler from moving memory accesses across; x86 itself keeps loads and stores in
 *  the orders that ring protocols need, but for a load after a store: see shared_fence. */
static inline void shared_barrier(void)
{
    __asm__ volatile("" ::: "memory");
}

/** A full fence: later loads do not pass earlier stores. */
static inline void shared_fence(void)
{
    __sync_synchronize();
}

/** One read of a word in shared memory; what follows happens after it. */
static inline uint32_t shared_read(const volatile uint32_t *word)
{
    uint32_t value = *word;
    shared_barrier();
    return value;
}

/** One write of a word in shared memory; what came before happened before it. */
static inline void shared_write(volatile uint32_t *word, uint32_t value)
{
    shared_barrier();
    *word = value;
}

/**
 * If *@word is *@expected make it @wanted, in one step that no other processor can come between.
 *
 * By hand, because the ROM is compiled for the i386, which did not have the instruction yet.
 * Return: whether it was done; if not, *@expected is what was found.
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

#endif
