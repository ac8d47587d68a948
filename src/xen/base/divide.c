/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "divide.h"

uint64_t divide_u64(uint64_t number, uint32_t by, uint32_t *rest)
{
    uint64_t quotient = 0, left = 0;

    for (int bit = 63; bit >= 0; bit--) {
        left = left << 1 | (number >> bit & 1);
        if (left < by)
            continue;
        left -= by;
        quotient |= UINT64_C(1) << bit;
    }
    if (rest)
        *rest = (uint32_t)left;
    return quotient;
}
