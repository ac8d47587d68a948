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

/* Return: false if the backend still uses the entry. The guest may change it at any moment. */
static bool entry_end(grant_entry_v1_t *entry, uint32_t backend)
{
    for (unsigned tries = 0; tries < 100; tries++) {
        uint16_t flags = __atomic_load_n(&entry->flags, __ATOMIC_SEQ_CST);

        if ((flags & GTF_type_mask) != GTF_permit_access ||
            __atomic_load_n(&entry->domid, __ATOMIC_SEQ_CST) != backend)
            return true;
        if (flags & (GTF_reading | GTF_writing))
            return false;
        if (__atomic_compare_exchange_n(&entry->flags, &flags, 0, false, __ATOMIC_SEQ_CST,
                                        __ATOMIC_SEQ_CST))
            return true;
    }
    return false;
}

int grants_end(const struct xen *xen, uint32_t domid, uint32_t backend, const struct mark *mark)
{
    unsigned long first = mark->first / ENTRIES;
    unsigned long last = (mark->first + mark->count - 1) / ENTRIES;
    int used = 0;
    void *at;

    if (table_is_version_2(xen, domid)) {
        errno = EBUSY;
        return -1;
    }
    xenforeignmemory_resource_handle *table =
        table_map(xen, domid, XENMEM_resource_grant_table_id_shared, first, last - first + 1, &at);
    if (!table)
        return -1;
    for (uint32_t i = 0; i < mark->count; i++) {
        grant_entry_v1_t *entry = (grant_entry_v1_t *)at + (mark->first - first * ENTRIES + i);

        if (!entry_end(entry, backend))
            used++;
    }
    xenforeignmemory_unmap_resource(xen->memory, table);
    return used;
}
