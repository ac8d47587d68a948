/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "size.h"

#include "platform.h"

/* A KiB is two sectors, and each unit 1024 times the one before it. */
#define KIB_SHIFT  1
#define UNIT_SHIFT 10
#define UNIT_COUNT (1u << UNIT_SHIFT)

#define UNITS "KMGTPE"

const char *size_format(uint64_t sectors, char text[SIZE_TEXT_BYTES])
{
    unsigned unit = 0, shift = KIB_SHIFT;

    for (; unit + 2 < sizeof(UNITS) && sectors >> shift >= UNIT_COUNT; unit++)
        shift += UNIT_SHIFT;

    uint64_t rest = sectors & ((UINT64_C(1) << shift) - 1);
    uint32_t whole = (uint32_t)(sectors >> shift);
    uint32_t tenths = (uint32_t)((rest * 10 + (UINT64_C(1) << (shift - 1))) >> shift);

    whole += tenths / 10;
    tenths %= 10;
    if (whole == UNIT_COUNT && unit + 2 < sizeof(UNITS)) {
        whole = 1;
        unit++;
    }
    if (tenths)
        platform_snprintf(text, SIZE_TEXT_BYTES, "%u.%u %ciB", whole, tenths, UNITS[unit]);
    else
        platform_snprintf(text, SIZE_TEXT_BYTES, "%u %ciB", whole, UNITS[unit]);
    return text;
}
