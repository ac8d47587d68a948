/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "copies.h"

#include "xen/base/bytes.h" // SECTOR_BYTES

#include <string.h>

unsigned copies_bytes;
void (*copies_hook)(void);

void *copies_memcpy(void *to, const void *from, size_t count)
{
    if (count >= SECTOR_BYTES) {
        copies_bytes += (unsigned)count;
        if (copies_hook)
            copies_hook();
    }
    return memcpy(to, from, count);
}
