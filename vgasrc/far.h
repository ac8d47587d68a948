/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Access to the memory of the guest that real mode can address.
 *
 * int10 runs in 16-bit code, also where 32-bit code cannot be reached, as in virtual 8086 mode. It
 * has only segments to reach memory. VGASRC_SEGMENTS is defined there. All other code, the view and
 * the tests, has flat addresses: @low is the guest's address 0, which 16-bit code ignores.
 */
#ifndef VGASRC_FAR_H
#define VGASRC_FAR_H

#include <stdint.h>

/** Read or write 8 or 16 bits at @segment:@offset. 16 bits never at offset FFFFh. */
static inline uint8_t far_read8(const uint8_t *low, uint16_t segment, uint16_t offset);
static inline uint16_t far_read16(const uint8_t *low, uint16_t segment, uint16_t offset);
static inline void far_write8(uint8_t *low, uint16_t segment, uint16_t offset, uint8_t value);
static inline void far_write16(uint8_t *low, uint16_t segment, uint16_t offset, uint16_t value);

/** Copy @count words of 16 bits from offset @from to @to of @segment, where they do not overlap. */
static inline void far_copy16(uint8_t *low, uint16_t segment, uint16_t to, uint16_t from,
                              uint16_t count);

/** Write @count words of 16 bits at @segment:@offset. */
static inline void far_fill16(uint8_t *low, uint16_t segment, uint16_t offset, uint16_t value,
                              uint16_t count);

#ifdef VGASRC_SEGMENTS

/* ES is free in 16-bit code: an interrupt's entry saves it, and no compiled code relies on it. */

static inline uint8_t far_read8(const uint8_t *low, uint16_t segment, uint16_t offset)
{
    uint8_t value;

    (void)low;
    __asm__ volatile("movw %w1, %%es\n\tmovb %%es:(%2), %0"
                     : "=q"(value)
                     : "r"(segment), "r"((uint32_t)offset)
                     : "memory");
    return value;
}

static inline uint16_t far_read16(const uint8_t *low, uint16_t segment, uint16_t offset)
{
    uint16_t value;

    (void)low;
    __asm__ volatile("movw %w1, %%es\n\tmovw %%es:(%2), %0"
                     : "=r"(value)
                     : "r"(segment), "r"((uint32_t)offset)
                     : "memory");
    return value;
}

static inline void far_write8(uint8_t *low, uint16_t segment, uint16_t offset, uint8_t value)
{
    (void)low;
    __asm__ volatile("movw %w0, %%es\n\tmovb %1, %%es:(%2)"
                     :
                     : "r"(segment), "q"(value), "r"((uint32_t)offset)
                     : "memory");
}

static inline void far_write16(uint8_t *low, uint16_t segment, uint16_t offset, uint16_t value)
{
    (void)low;
    __asm__ volatile("movw %w0, %%es\n\tmovw %1, %%es:(%2)"
                     :
                     : "r"(segment), "r"(value), "r"((uint32_t)offset)
                     : "memory");
}

static inline void far_copy16(uint8_t *low, uint16_t segment, uint16_t to, uint16_t from,
                              uint16_t count)
{
    uint32_t target = to, source = from, left = count;

    (void)low;
    __asm__ volatile("movw %w3, %%es\n\t"
                     "rep movsw %%es:(%%si), %%es:(%%di)"
                     : "+D"(target), "+S"(source), "+c"(left)
                     : "r"(segment)
                     : "memory");
}

static inline void far_fill16(uint8_t *low, uint16_t segment, uint16_t offset, uint16_t value,
                              uint16_t count)
{
    uint32_t target = offset, left = count;

    (void)low;
    __asm__ volatile("movw %w2, %%es\n\trep stosw"
                     : "+D"(target), "+c"(left)
                     : "r"(segment), "a"(value)
                     : "memory");
}

#else

static inline uint8_t *far_flat(uint8_t *low, uint16_t segment, uint16_t offset)
{
    return low + segment * 16u + offset;
}

static inline uint8_t far_read8(const uint8_t *low, uint16_t segment, uint16_t offset)
{
    return low[segment * 16u + offset];
}

static inline uint16_t far_read16(const uint8_t *low, uint16_t segment, uint16_t offset)
{
    const uint8_t *bytes = low + segment * 16u + offset;

    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static inline void far_write8(uint8_t *low, uint16_t segment, uint16_t offset, uint8_t value)
{
    *far_flat(low, segment, offset) = value;
}

static inline void far_write16(uint8_t *low, uint16_t segment, uint16_t offset, uint16_t value)
{
    uint8_t *bytes = far_flat(low, segment, offset);

    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
}

static inline void far_copy16(uint8_t *low, uint16_t segment, uint16_t to, uint16_t from,
                              uint16_t count)
{
    for (uint32_t i = 0; i < count; i++)
        far_write16(low, segment, (uint16_t)(to + 2 * i),
                    far_read16(low, segment, (uint16_t)(from + 2 * i)));
}

static inline void far_fill16(uint8_t *low, uint16_t segment, uint16_t offset, uint16_t value,
                              uint16_t count)
{
    for (uint32_t i = 0; i < count; i++)
        far_write16(low, segment, (uint16_t)(offset + 2 * i), value);
}

#endif

#endif
