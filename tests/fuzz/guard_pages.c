/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "guard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <xen/memory.h>

#include "mark.h"

/* Frames of the grant table with all entries of a mark, which may begin anywhere in the first. */
#define GRANT_FRAMES_MAX (MARK_REFERENCES_MAX * sizeof(grant_entry_v1_t) / XEN_PAGE_BYTES + 1)

enum kind { FREE, SERVER, GRANTS, STATUS };

/* The daemon's mappings of resources; the handle is the address of one of these. */
static struct mapping {
    enum kind kind;
    xenforeignmemory_resource_handle *real;
} mappings[4];

/* The page of the guest's memory that is mapped. */
static void *page;
static xen_pfn_t page_frame;
static bool page_is_writable;

/* The grant table as the guest has written it last, or the daemon. */
static grant_entry_v1_t grants[MODEL_GRANTS];

xenforeignmemory_resource_handle *
__real_xenforeignmemory_map_resource(xenforeignmemory_handle *h, domid_t domid, unsigned type,
                                     unsigned id, unsigned long frame, unsigned long frames,
                                     void **address, int protection, int flags);
int __real_xenforeignmemory_unmap_resource(xenforeignmemory_handle *h,
                                           xenforeignmemory_resource_handle *resource);
void *__real_xenforeignmemory_map(xenforeignmemory_handle *h, uint32_t domid, int protection,
                                  size_t pages, const xen_pfn_t frames[], int errors[]);
int __real_xenforeignmemory_unmap(xenforeignmemory_handle *h, void *address, size_t pages);

/**** The grant table ****/

static void grants_check(void)
{
    if (!memcmp(grants, model_grant(0), sizeof(grants)))
        return;
    for (unsigned i = 0; i < MODEL_GRANTS; i++) {
        grant_entry_v1_t *entry = model_grant(i), ended = grants[i];

        if (!memcmp(entry, &grants[i], sizeof(*entry)))
            continue;
        /* The daemon has written it: it ends what the mark names and the backend does not use. */
        ended.flags = 0;
        REQUIRE(!memcmp(entry, &ended, sizeof(ended)));
        REQUIRE(!(grants[i].flags & (GTF_reading | GTF_writing)));
        REQUIRE(guard_grant_is_marked(i, &grants[i]));
        grants[i] = ended;
    }
}

void guard_grant_write(unsigned reference, grant_entry_v1_t entry)
{
    grants_check();
    guard_rings_note();
    *model_grant(reference) = grants[reference] = entry;
}

void guard_disk_open(unsigned disk)
{
    grants_check();
    guard_rings_note();
    model_disk_open(disk);
    memcpy(grants, model_grant(0), sizeof(grants));
}

/**** Mappings ****/

static bool is_mapped(enum kind kind)
{
    for (unsigned i = 0; i < sizeof(mappings) / sizeof(mappings[0]); i++)
        if (mappings[i].kind == kind)
            return true;
    return false;
}

xenforeignmemory_resource_handle *
__wrap_xenforeignmemory_map_resource(xenforeignmemory_handle *h, domid_t domid, unsigned type,
                                     unsigned id, unsigned long frame, unsigned long frames,
                                     void **address, int protection, int flags);
xenforeignmemory_resource_handle *
__wrap_xenforeignmemory_map_resource(xenforeignmemory_handle *h, domid_t domid, unsigned type,
                                     unsigned id, unsigned long frame, unsigned long frames,
                                     void **address, int protection, int flags)
{
    enum kind kind = type == XENMEM_resource_ioreq_server          ? SERVER
                     : id == XENMEM_resource_grant_table_id_status ? STATUS
                                                                   : GRANTS;
    struct mapping *mapping = mappings;

    guard_call();
    REQUIRE(domid == MODEL_DOMID);
    REQUIRE(kind != SERVER || id == 1);
    REQUIRE(frames >= 1 && frames <= (kind == GRANTS ? GRANT_FRAMES_MAX : 1));
    REQUIRE(!is_mapped(kind));
    errno = ESRCH;
    if (guard.gone || (guard.map_failures && guard.map_failures--))
        return NULL;
    if (kind == GRANTS) {
        grants_check();
        guard_rings_note();
    }
    while (mapping->kind != FREE)
        mapping++;
    mapping->real = __real_xenforeignmemory_map_resource(h, domid, type, id, frame, frames, address,
                                                         protection, flags);
    if (!mapping->real)
        return NULL;
    mapping->kind = kind;
    return (xenforeignmemory_resource_handle *)mapping;
}

int __wrap_xenforeignmemory_unmap_resource(xenforeignmemory_handle *h,
                                           xenforeignmemory_resource_handle *resource);
int __wrap_xenforeignmemory_unmap_resource(xenforeignmemory_handle *h,
                                           xenforeignmemory_resource_handle *resource)
{
    struct mapping *mapping = (struct mapping *)resource;

    guard_call();
    REQUIRE(mapping->kind != FREE);
    if (mapping->kind == GRANTS) {
        grants_check();
        guard_rings_note();
    }
    mapping->kind = FREE;
    return __real_xenforeignmemory_unmap_resource(h, mapping->real);
}

/**** The guest's memory ****/

void *__wrap_xenforeignmemory_map(xenforeignmemory_handle *h, uint32_t domid, int protection,
                                  size_t pages, const xen_pfn_t frames[], int errors[]);
void *__wrap_xenforeignmemory_map(xenforeignmemory_handle *h, uint32_t domid, int protection,
                                  size_t pages, const xen_pfn_t frames[], int errors[])
{
    guard_call();
    REQUIRE(domid == MODEL_DOMID);
    REQUIRE(pages == 1 && !page);
    errno = ESRCH;
    if (guard.gone || (guard.map_failures && guard.map_failures--)) {
        guard.page_has_failed = true;
        return NULL;
    }
    page = __real_xenforeignmemory_map(h, domid, protection, pages, frames, errors);
    page_frame = frames[0];
    page_is_writable = protection & PROT_WRITE;
    return page;
}

static void page_check(void)
{
    const uint8_t *now = page;

    if (page_frame >= MODEL_FRAMES)
        return;
    const uint8_t *before = model.memory + page_frame * XEN_PAGE_BYTES;
    if (!memcmp(before, now, XEN_PAGE_BYTES))
        return;
    REQUIRE(page_is_writable);
    REQUIRE(model.dirty[page_frame]);
    for (unsigned i = 0; i < XEN_PAGE_BYTES; i++)
        if (before[i] != now[i])
            REQUIRE(guard_byte_is_awaited(page_frame * XEN_PAGE_BYTES + i));
}

int __wrap_xenforeignmemory_unmap(xenforeignmemory_handle *h, void *address, size_t pages);
int __wrap_xenforeignmemory_unmap(xenforeignmemory_handle *h, void *address, size_t pages)
{
    guard_call();
    REQUIRE(address == page && pages == 1);
    page_check();
    page = NULL;
    return __real_xenforeignmemory_unmap(h, address, pages);
}

void guard_items_check(const struct ioreq *request)
{
    uint64_t bytes = (uint64_t)request->count * request->size, lowest = request->data;
    uint8_t expected[2];
    bool known[2] = {false, false};

    if (request->df && request->count)
        lowest -= (uint64_t)(request->count - 1) * request->size;
    for (uint64_t i = 0; i < bytes; i++) {
        uint64_t address = lowest + i;
        unsigned part = i % request->size;

        if (address >= sizeof(model.memory))
            continue;
        REQUIRE(!known[part] || model.memory[address] == expected[part]);
        expected[part] = model.memory[address];
        known[part] = true;
    }
}

/**** The other parts ****/

void guard_pages_begin(void)
{
    memcpy(grants, model_grant(0), sizeof(grants));
    /* No byte is as an item that is read, and few are as the one before. */
    for (unsigned i = 0; i < sizeof(model.memory); i++)
        model.memory[i] = (uint8_t)(0x80 | i * 37 >> 3);
}

void guard_pages_killed(void)
{
    grants_check();
    if (page) {
        page_check();
        __real_xenforeignmemory_unmap(model_xen.memory, page, 1);
        page = NULL;
    }
    memset(mappings, 0, sizeof(mappings));
}

void guard_pages_check(void)
{
    grants_check();
    REQUIRE(!page && !is_mapped(GRANTS) && !is_mapped(STATUS));
}

void guard_pages_removed_check(void)
{
    guard_pages_check();
    REQUIRE(!is_mapped(SERVER));
}
