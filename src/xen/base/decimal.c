/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "decimal.h"

bool decimal_parse_u64(const char *text, uint64_t max, uint64_t *number)
{
    uint64_t value = 0;

    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        /* Twenty digits can overflow; stop well before that. */
        if (value >= UINT64_C(1000000000000000000))
            return false;
        value = value * 10 + (uint64_t)(*text - '0');
    }
    if (value > max)
        return false;
    *number = value;
    return true;
}
