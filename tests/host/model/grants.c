/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/grants.h"

#include "model/fault.h"
#include "model/memory.h"
#include "model/xen.h"
#include "xen/base/bytes.h" // PAGE_BYTES
#include "xen/base/public.h"

#include <string.h>

#define ENTRIES_A_FRAME 512u
#define ENTRIES         (MEMORY_GRANT_FRAMES * ENTRIES_A_FRAME)

/* Xen's own record, which the guest cannot write. */
static struct {
    uint16_t readers, writers;
    uint32_t frame; /* at the time of the mapping */
} active[ENTRIES];

grant_entry_v1_t *grants_entry(uint32_t reference)
{
    grant_entry_v1_t *frame = memory_grant_frame(reference / ENTRIES_A_FRAME);

    return &frame[reference % ENTRIES_A_FRAME];
}

long xen_grant_table_op(unsigned operation, void *argument, unsigned count)
{
    struct gnttab_get_version *get = argument;

    /* Setting a version would take the table away from its owner. */
    if (operation != GNTTABOP_get_version)
        model_fault("grant_table_op %u", operation);
    if (count != 1)
        model_fault("GNTTABOP_get_version of %u structures", count);
    if (!xen_config.grant_version)
        return -XEN_ENOSYS;
    if (get->dom != DOMID_SELF)
        return -XEN_EPERM;
    get->version = xen_config.grant_version;
    return 0;
}

void grants_reset(void)
{
    memset(active, 0, sizeof(active));
}

void *grants_map(uint16_t domid, uint32_t reference, bool write)
{
    if (reference >= ENTRIES || reference / ENTRIES_A_FRAME >= xen_config.grant_frames)
        return NULL;

    grant_entry_v1_t *entry = grants_entry(reference);
    if ((entry->flags & GTF_type_mask) != GTF_permit_access || entry->domid != domid ||
        (write && entry->flags & GTF_readonly))
        return NULL;
    if (!memory_is_reserved(entry->frame))
        model_fault("granted frame %x, which is not reserved", entry->frame);
    if ((active[reference].readers || active[reference].writers) &&
        active[reference].frame != entry->frame)
        model_fault("grant %u was changed while it is mapped", reference);
    active[reference].frame = entry->frame;
    if (write)
        active[reference].writers++;
    else
        active[reference].readers++;
    entry->flags |= (uint16_t)(GTF_reading | (write ? GTF_writing : 0));
    return memory_frame(entry->frame);
}

void grants_unmap(uint32_t reference, bool write)
{
    if (write)
        active[reference].writers--;
    else
        active[reference].readers--;
    if (!active[reference].writers)
        grants_entry(reference)->flags &= (uint16_t)~GTF_writing;
    if (!active[reference].writers && !active[reference].readers)
        grants_entry(reference)->flags &= (uint16_t)~GTF_reading;
}

unsigned grants_given(void)
{
    unsigned given = 0;

    for (uint32_t i = 0; i < ENTRIES; i++)
        given += grants_entry(i)->flags != 0;
    return given;
}

unsigned grants_mapped(void)
{
    unsigned mapped = 0;

    for (uint32_t i = 0; i < ENTRIES; i++) {
        bool in_use = active[i].readers || active[i].writers;
        if (in_use && !(grants_entry(i)->flags & GTF_permit_access))
            model_fault("grant %u was ended while it is mapped", i);
        mapped += in_use;
    }
    return mapped;
}

void grants_leave_behind(bool (*stays)(const void *page))
{
    for (uint32_t i = 0; i < ENTRIES; i++) {
        const grant_entry_v1_t *entry = grants_entry(i);

        if ((entry->flags & GTF_type_mask) != GTF_permit_access ||
            !memory_is_reserved(entry->frame))
            continue;
        void *page = memory_frame(entry->frame);
        if (!stays(page))
            memset(page, 0x5a, PAGE_BYTES);
    }
}
