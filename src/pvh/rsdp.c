/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "rsdp.h"

#include <stdint.h>

#define OLD_BYTES 20u /* which the first checksum is for */
#define REVISION  15u /* offset; 2 and more have an XSDT */
#define LENGTH    20u /* offset */

static uint8_t sum(const uint8_t *bytes, uint32_t count)
{
    uint8_t sum = 0;

    while (count--)
        sum = (uint8_t)(sum + *bytes++);
    return sum;
}

bool rsdp_is_good(const void *rsdp)
{
    static const char signature[] = "RSD PTR ";
    const uint8_t *bytes = rsdp;

    for (uint32_t i = 0; signature[i]; i++)
        if (bytes[i] != (uint8_t)signature[i])
            return false;
    return bytes[REVISION] >= 2 && bytes[LENGTH] == RSDP_BYTES && !bytes[LENGTH + 1] &&
           !bytes[LENGTH + 2] && !bytes[LENGTH + 3] && !sum(bytes, OLD_BYTES) &&
           !sum(bytes, RSDP_BYTES);
}
