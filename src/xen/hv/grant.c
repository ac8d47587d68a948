/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "grant.h"

#include "hypercall.h"
#include "special_frames.h"
#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/public.h"

#define ENTRIES_A_FRAME (PAGE_BYTES / (uint32_t)sizeof(struct grant_entry_v1))

_Static_assert(GRANT_REFS == GRANT_FRAMES * ENTRIES_A_FRAME, "entries of version 1 in a frame");
_Static_assert(GRANT_FIRST_REF == GRANT_FIRST_FRAME * ENTRIES_A_FRAME, "the same for the first");
_Static_assert(GRANT_REFS_USABLE == GRANT_REFS - GNTTAB_NR_RESERVED_ENTRIES, "reserved entries");

static struct grant_entry_v1 *grant_entry(const struct grant_table *table, uint32_t reference)
{
    uint32_t index = reference - table->first;

    return &table->entries[index / ENTRIES_A_FRAME][index % ENTRIES_A_FRAME];
}

bool grant_is_recorded(const struct grant_table *table, uint32_t reference)
{
    uint32_t index = reference - table->first;

    return index < GRANT_REFS && table->in_use[index / 8] & (1u << (index % 8));
}

static void grant_record(struct grant_table *table, uint32_t reference, bool in_use)
{
    uint32_t index = reference - table->first;
    uint8_t bit = (uint8_t)(1u << (index % 8));

    if (in_use)
        table->in_use[index / 8] |= bit;
    else
        table->in_use[index / 8] &= (uint8_t)~bit;
}

static bool grant_is_mapped(const struct grant_table *table, uint32_t reference)
{
    return reference - table->first < table->usable;
}

/* The first reference that the core may use, whether or not the table is mapped. */
static uint32_t grant_lowest(const struct grant_table *table)
{
    return table->first ? table->first : GNTTAB_NR_RESERVED_ENTRIES;
}

void grant_init(struct grant_table *table)
{
    bytes_zero(table, sizeof(*table));
}

/* Xen does not end a grant by itself. One that is gone went with an earlier table, or dom0 has
 * ended it. */
static void grant_forget_gone(struct grant_table *table)
{
    for (uint32_t i = grant_lowest(table); grant_is_mapped(table, i); i++)
        if (grant_is_recorded(table, i) && grant_entry(table, i)->flags == GTF_invalid)
            grant_record(table, i, false);
}

/* A driver that sets version 2, as iPXE's does, has mapped the table at an address of its own;
 * mapping a frame here would move it away. Return: 0 if the table may be mapped. */
static int grant_check_version(struct grant_table *table)
{
    struct gnttab_get_version get = {.dom = DOMID_SELF};
    long error =
        hypercall3(__HYPERVISOR_grant_table_op, GNTTABOP_get_version, (unsigned long)&get, 1);

    /* A Xen without this operation only knows version 1. */
    if (error == -XEN_ENOSYS)
        return 0;
    if (error < 0) {
        if (!table->reported)
            log_error("grant table: cannot read its version: %s\n", error_name(error));
        table->reported = true;
        return (int)error;
    }
    /* 0: not chosen yet. Mapping the table chooses version 1. */
    if (get.version <= 1)
        return 0;
    if (!table->reported)
        log_error("grant table: left to the driver that has set version %u\n", get.version);
    table->reported = true;
    return -XEN_EOPNOTSUPP;
}

/* Map frame @i of those that the core uses. */
static int grant_map_frame(struct grant_table *table, uint32_t i)
{
    void *address;
    int error = special_frame_map(XENMAPSPACE_grant_table, table->first / ENTRIES_A_FRAME + i,
                                  SPECIAL_FRAME_GRANT_TABLE + i, &address);

    if (error)
        return error;
    table->entries[i] = address;
    table->usable += ENTRIES_A_FRAME;
    return 0;
}

static int grant_map_frames(struct grant_table *table)
{
    if (!table->chosen)
        table->first = GRANT_FIRST_REF;
    int error = grant_map_frame(table, 0);
    /* The toolstack may allow fewer frames, since a restore, too. No grant stands in a frame that
     * is beyond the limit. */
    if (error && (!table->chosen || error == -XEN_EINVAL)) {
        bytes_zero(table->in_use, sizeof(table->in_use));
        table->first = 0;
        error = grant_map_frame(table, 0);
    }
    if (error) {
        log_error("grant table: cannot be mapped: %s\n", error_name(error));
        return error;
    }
    table->chosen = true;
    for (uint32_t i = 1; i < GRANT_FRAMES && !grant_map_frame(table, i); i++)
        ;
    return 0;
}

int grant_map(struct grant_table *table)
{
    grant_unmap(table);
    int error = grant_check_version(table);
    if (error)
        return error;
    table->reported = false;
    error = grant_map_frames(table);
    if (!error)
        grant_forget_gone(table);
    return error;
}

void grant_unmap(struct grant_table *table)
{
    for (uint32_t i = 0; i < GRANT_FRAMES; i++) {
        if (table->entries[i])
            special_frame_unmap(SPECIAL_FRAME_GRANT_TABLE + i);
        table->entries[i] = 0;
    }
    table->usable = 0;
}

/* An entry that is in use, but not by us, belongs to another driver that ran before. */
static bool grant_is_free(const struct grant_table *table, uint32_t reference)
{
    return !grant_is_recorded(table, reference) &&
           grant_entry(table, reference)->flags == GTF_invalid;
}

uint32_t grant_find_run(const struct grant_table *table, uint32_t count)
{
    uint32_t found = 0;

    for (uint32_t reference = grant_lowest(table); grant_is_mapped(table, reference); reference++) {
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
    grant_record(table, reference, true);
}

bool grant_stands(const struct grant_table *table, uint32_t reference, uint32_t frame)
{
    if (!grant_is_mapped(table, reference) || !grant_is_recorded(table, reference))
        return false;

    const struct grant_entry_v1 *entry = grant_entry(table, reference);
    return entry->frame == frame && (entry->flags & GTF_type_mask) == GTF_permit_access;
}

int grant_end(struct grant_table *table, uint32_t reference, uint32_t frame)
{
    if (!grant_is_recorded(table, reference))
        return 0;
    if (!grant_is_mapped(table, reference))
        return -XEN_EBUSY;

    struct grant_entry_v1 *entry = grant_entry(table, reference);
    /* The reference was released and is in use for another frame. */
    if (entry->frame != frame)
        return 0;
    uint16_t flags = *(volatile uint16_t *)&entry->flags;
    do {
        /* Xen sets these flags while the other domain has the frame mapped. */
        if (flags & (GTF_reading | GTF_writing))
            return -XEN_EBUSY;
    } while (!shared_compare_exchange16(&entry->flags, &flags, GTF_invalid));
    entry->domid = 0;
    entry->frame = 0;
    grant_record(table, reference, false);
    return 0;
}
