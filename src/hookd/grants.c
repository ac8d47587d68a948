/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "grants.h"

#include <errno.h>
#include <sys/mman.h>

#include <xen/grant_table.h>
#include <xen/memory.h>

#define ENTRIES (XEN_PAGE_BYTES / sizeof(grant_entry_v1_t))

static xenforeignmemory_resource_handle *table_map(const struct xen *xen, uint32_t domid,
                                                   unsigned part, unsigned long frame,
                                                   unsigned long frames, void **at)
{
    *at = NULL;
    return xenforeignmemory_map_resource(xen->memory, (domid_t)domid, XENMEM_resource_grant_table,
                                         part, frame, frames, at, PROT_READ | PROT_WRITE, 0);
}

/* Only tables of version 2 have status frames; the firmware's table has version 1. */
static bool table_is_version_2(const struct xen *xen, uint32_t domid)
{
    void *at;
    xenforeignmemory_resource_handle *status =
        table_map(xen, domid, XENMEM_resource_grant_table_id_status, 0, 1, &at);

    if (status)
        xenforeignmemory_unmap_resource(xen->memory, status);
    return status;
}

/* Map the entries of @count references from @first on. Return: NULL with errno if that fails. */
static xenforeignmemory_resource_handle *entries_map(const struct xen *xen, uint32_t domid,
                                                     uint32_t first, uint32_t count,
                                                     grant_entry_v1_t **entries)
{
    unsigned long frame = first / ENTRIES, last = (first + count - 1) / ENTRIES;
    void *at;

    if (table_is_version_2(xen, domid)) {
        errno = EBUSY;
        return NULL;
    }
    xenforeignmemory_resource_handle *table =
        table_map(xen, domid, XENMEM_resource_grant_table_id_shared, frame, last - frame + 1, &at);
    if (table)
        *entries = (grant_entry_v1_t *)at + first % ENTRIES;
    return table;
}

/* An entry, and the same bytes as the value that is read and exchanged at once. */
union entry {
    grant_entry_v1_t fields;
    uint64_t value;
};

static union entry entry_read(grant_entry_v1_t *entry)
{
    return (union entry){.value = __atomic_load_n((uint64_t *)entry, __ATOMIC_SEQ_CST)};
}

static bool entry_grants(const union entry *entry, uint32_t backend, uint32_t frame)
{
    return (entry->fields.flags & GTF_type_mask) == GTF_permit_access &&
           entry->fields.domid == backend && entry->fields.frame == frame;
}

/* Return: false if the backend still uses the entry. The guest may change it at any moment. */
static bool entry_end(grant_entry_v1_t *entry, uint32_t backend, uint32_t frame)
{
    for (unsigned tries = 0; tries < 100; tries++) {
        union entry found = entry_read(entry), ended = found;

        if (!entry_grants(&found, backend, frame))
            return true;
        if (found.fields.flags & (GTF_reading | GTF_writing))
            return false;
        ended.fields.flags = 0;
        if (__atomic_compare_exchange_n((uint64_t *)entry, &found.value, ended.value, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
            return true;
    }
    return false;
}

int grants_have_ring(const struct xen *xen, uint32_t domid, uint32_t backend,
                     const struct mark *mark)
{
    grant_entry_v1_t *entries;
    xenforeignmemory_resource_handle *table = entries_map(xen, domid, mark->first, 1, &entries);

    if (!table)
        return -1;
    union entry ring = entry_read(entries);
    xenforeignmemory_unmap_resource(xen->memory, table);
    return entry_grants(&ring, backend, mark_frame(mark, 0));
}

int grants_end(const struct xen *xen, uint32_t domid, uint32_t backend, const struct mark *mark)
{
    grant_entry_v1_t *entries;
    xenforeignmemory_resource_handle *table =
        entries_map(xen, domid, mark->first, mark->count, &entries);
    int used = 0;

    if (!table)
        return -1;
    for (uint32_t i = 0; i < mark->count; i++)
        if (!entry_end(&entries[i], backend, mark_frame(mark, i)))
            used++;
    xenforeignmemory_unmap_resource(xen->memory, table);
    return used;
}
