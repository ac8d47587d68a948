/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "grant.h"

#include "bytes.h"
#include "public.h"
#include "special_frames.h"

#define ENTRIES_A_FRAME (PAGE_BYTES / (uint32_t)sizeof(struct grant_entry_v1))

_Static_assert(GRANT_REFS == GRANT_FRAMES * 512u, "entries of version 1 in a frame");

static struct grant_entry_v1 *grant_entry(const struct grant_table *table, uint32_t reference)
{
    return &table->entries[reference / ENTRIES_A_FRAME][reference % ENTRIES_A_FRAME];
}

static bool grant_in_use(const struct grant_table *table, uint32_t reference)
{
    return table->in_use[reference / 8] & (1u << (reference % 8));
}

int grant_init(struct grant_table *table)
{
    bytes_zero(table, sizeof(*table));
    for (uint32_t i = 0; i < GRANT_FRAMES; i++) {
        void *address;
        int error =
            special_frame_map(XENMAPSPACE_grant_table, i, SPECIAL_FRAME_GRANT_TABLE + i, &address);
        if (error)
            /* The toolstack may allow fewer frames: what is there is used. */
            return i ? 0 : error;
        table->entries[i] = address;
        table->usable += ENTRIES_A_FRAME;
    }
    return 0;
}

/* An entry that is in use without our knowledge is somebody else's: another driver's before us. */
static bool grant_is_free(const struct grant_table *table, uint32_t reference)
{
    return !grant_in_use(table, reference) && grant_entry(table, reference)->flags == GTF_invalid;
}

uint32_t grant_find_run(const struct grant_table *table, uint32_t count)
{
    uint32_t found = 0;

    for (uint32_t reference = GNTTAB_NR_RESERVED_ENTRIES; reference < table->usable; reference++) {
        found = grant_is_free(table, reference) ? found + 1 : 0;
        if (found == count)
            return reference - count + 1;
    }
    return GRANT_NONE;
}

void grant_access(struct grant_table *table, uint32_t reference, uint16_t domid, uint32_t frame,
                  bool read_only)
{
    struct grant_entry_v1 *entry = grant_entry(table, reference);

    entry->frame = frame;
    entry->domid = domid;
    shared_barrier();
    *(volatile uint16_t *)&entry->flags =
        (uint16_t)(GTF_permit_access | (read_only ? GTF_readonly : 0));
    table->in_use[reference / 8] |= (uint8_t)(1u << (reference % 8));
}

int grant_end(struct grant_table *table, uint32_t reference)
{
    if (reference == GRANT_NONE || reference >= table->usable || !grant_in_use(table, reference))
        return 0;

    struct grant_entry_v1 *entry = grant_entry(table, reference);
    uint16_t flags = *(volatile uint16_t *)&entry->flags;
    do {
        /* Xen sets these while the other domain holds a mapping. */
        if (flags & (GTF_reading | GTF_writing))
            return -XEN_EBUSY;
    } while (!shared_compare_exchange16(&entry->flags, &flags, GTF_invalid));
    entry->domid = 0;
    entry->frame = 0;
    table->in_use[reference / 8] &= (uint8_t) ~(1u << (reference % 8));
    return 0;
}

int grant_forget(struct grant_table *table, uint32_t reference, uint32_t frame)
{
    if (reference == GRANT_NONE || reference >= table->usable || !grant_in_use(table, reference))
        return 0;
    if (*(volatile uint32_t *)&grant_entry(table, reference)->frame == frame)
        return grant_end(table, reference);
    table->in_use[reference / 8] &= (uint8_t) ~(1u << (reference % 8));
    return 0;
}
