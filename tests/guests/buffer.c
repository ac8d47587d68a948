/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Places of buffers, and guards around them. */
#include "buffer.h"

#define FILL 0xc5

static const uint16_t alignments[] = {0,   1,   2,   3,   4,   5,   7,    8,    15,   16,   64,
                                      255, 256, 509, 511, 512, 513, 1023, 1024, 2048, 3584, 4095};

unsigned buffer_alignments(void)
{
    return sizeof(alignments) / sizeof(alignments[0]);
}

static uint32_t base_of(enum form form)
{
    if (form == FORM_FLAT_HIGH)
        return HIGH_BUFFERS + random_below(256) * 0x10000;
    if (form == FORM_LBA_HMA)
        return 0x100000;
    return LOW_BUFFERS + 0x10000;
}

uint32_t buffer_aligned(enum form form, unsigned alignment)
{
    return base_of(form) + 0x2000 + alignments[alignment % buffer_alignments()];
}

uint32_t buffer_across(enum form form, uint32_t size)
{
    /* Segment ffff reaches only one boundary, which is close to both of its ends. */
    if (form == FORM_LBA_HMA)
        return 0x110000 - 32 - random_below((size > 0xe000 ? 0xe000 : size) - 32);
    return base_of(form) + 0x20000 - (1 + random_below(size - 1));
}

void buffer_guard(uint32_t buffer, uint32_t size)
{
    memset(at(buffer - GUARD), FILL, size + 2 * GUARD);
}

static bool filled(uint32_t from, uint32_t size, const char *what, const char *where)
{
    const uint8_t *byte = at(from);

    for (uint32_t i = 0; i < size; i++) {
        if (byte[i] != FILL)
            return check(false, "%s: memory %s the buffer was written, at %x", what, where,
                         from + i);
    }
    return true;
}

bool buffer_guard_intact(uint32_t buffer, uint32_t size, const char *what)
{
    return filled(buffer - GUARD, GUARD, what, "before") &&
           filled(buffer + size, GUARD, what, "after");
}

bool buffer_untouched(uint32_t buffer, uint32_t size, const char *what)
{
    return buffer_guard_intact(buffer, size, what) && filled(buffer, size, what, "of");
}
