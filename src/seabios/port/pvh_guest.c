/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "pvh_guest.h"

#include "pvh/handoff.h"
#include "string.h" // memcmp

u8 XenpvIsPvh VARFSEG;

static struct handoff_pvh *handoff(void)
{
    return (void *)HANDOFF_PVH_ADDRESS;
}

void xenpv_pvh_find(void)
{
    struct handoff_pvh *pvh = handoff();

    XenpvIsPvh = !memcmp(pvh->signature, HANDOFF_PVH_SIGNATURE, sizeof(pvh->signature)) &&
                 pvh->length >= sizeof(*pvh) && !handoff_checksum(pvh, pvh->length);
}

const char *xenpv_pvh_word(unsigned number)
{
    const char *word = (void *)handoff()->words, *end = word + handoff()->words_bytes;

    for (; word < end; word += strlen(word) + 1)
        if (!--number)
            return word;
    return NULL;
}
