/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "left_over.h"

#include "guest.h"
#include "xen/base/bytes.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"
#include "xen/hv/hvm_param.h"
#include "xen/hv/hypercall.h"

#define ENTRIES_A_FRAME (GRANT_REFS / GRANT_FRAMES)
#define PORTS           64u

/* The keys that libxl writes to the directory of a disk. */
static const char *const toolstack_keys[] = {"backend",     "backend-id", "state",
                                             "device-type", "trusted",    "virtual-device"};

#define TOOLSTACK_KEYS (sizeof(toolstack_keys) / sizeof(toolstack_keys[0]))

#define REPLY_LIMIT_MS 5000u

/* Take one message of xenstored's, of any content, if the firmware has sent a request. */
static void take_due_reply(struct xenstore_domain_interface *page)
{
    struct xsd_sockmsg header;
    uint8_t *bytes = (uint8_t *)&header;
    uint32_t start = platform_clock(), first = page->rsp_cons;

    if (page->req_prod == page->req_cons && page->rsp_prod == first)
        return;
    while (shared_read(&page->rsp_prod) - first < sizeof(header))
        if (!check(platform_elapsed_ms(start) < REPLY_LIMIT_MS, "xenstore: no reply"))
            return;
    for (uint32_t i = 0; i < sizeof(header); i++)
        bytes[i] = (uint8_t)page->rsp[MASK_XENSTORE_IDX(first + i)];
    while (shared_read(&page->rsp_prod) - first < sizeof(header) + header.len)
        if (!check(platform_elapsed_ms(start) < REPLY_LIMIT_MS, "xenstore: half a reply"))
            return;
    shared_write(&page->rsp_cons, first + (uint32_t)sizeof(header) + header.len);
    print("xenstore: a reply of %u bytes was due\n", header.len);
}

void xenstore_must_be_idle(bool reply_may_be_due)
{
    uint64_t frame = 0;
    struct xenstore_domain_interface *page;

    if (!check(hvm_param_get(HVM_PARAM_STORE_PFN, &frame) == 0, "no page of xenstore"))
        return;
    page = platform_map(frame);
    if (reply_may_be_due)
        take_due_reply(page);
    check(page->req_prod == page->req_cons, "xenstore: requests left, %u of %u taken",
          page->req_cons, page->req_prod);
    check(page->rsp_prod == page->rsp_cons, "xenstore: replies left, %u of %u taken",
          page->rsp_cons, page->rsp_prod);
}

/* The first references of the first frame are the toolstack's. */
static uint32_t first_entry(const struct grant_table *table)
{
    return table->first ? 0 : GNTTAB_NR_RESERVED_ENTRIES;
}

unsigned left_over_grants(const struct grant_table *table)
{
    unsigned count = 0;

    for (uint32_t i = first_entry(table); i < table->usable; i++) {
        const struct grant_entry_v1 *entry =
            &table->entries[i / ENTRIES_A_FRAME][i % ENTRIES_A_FRAME];
        if (entry->flags == GTF_invalid)
            continue;
        print("left: grant %u, flags %x, domain %u, frame %x\n", table->first + i, entry->flags,
              entry->domid, entry->frame);
        count++;
    }
    return count;
}

void left_over_grants_clear(const struct grant_table *table)
{
    for (uint32_t i = first_entry(table); i < table->usable; i++)
        table->entries[i / ENTRIES_A_FRAME][i % ENTRIES_A_FRAME] = (struct grant_entry_v1){0};
}

static bool port_is_toolstacks(uint32_t port)
{
    uint64_t store = 0, console = 0;

    hvm_param_get(HVM_PARAM_STORE_EVTCHN, &store);
    hvm_param_get(HVM_PARAM_CONSOLE_EVTCHN, &console);
    return port == store || port == console;
}

unsigned left_over_ports(void)
{
    unsigned count = 0;

    for (uint32_t port = 1; port <= PORTS; port++) {
        struct evtchn_bind_vcpu bind = {.port = port, .vcpu = 0};
        /* Xen refuses to bind a port by which it asks an emulator, and one that is closed. Not
         * every Xen hides the status of the former. */
        if (hypercall2(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_vcpu, (unsigned long)&bind) ||
            port_is_toolstacks(port))
            continue;
        print("left: port %u\n", port);
        count++;
    }
    return count;
}

static bool key_is_toolstacks(const char *key)
{
    for (unsigned i = 0; i < TOOLSTACK_KEYS; i++) {
        if (bytes_equal(key, toolstack_keys[i], string_length(toolstack_keys[i]) + 1))
            return true;
    }
    return false;
}

unsigned left_over_keys(struct xenstore *store, const char *frontend)
{
    static char names[512];
    unsigned count = 0;
    int length = xenstore_directory(store, frontend, names, sizeof(names));

    check(length > 0, "%s cannot be listed: error %u", frontend, (unsigned)-length);
    for (int from = 0; from < length; from += (int)string_length(names + from) + 1) {
        if (key_is_toolstacks(names + from))
            continue;
        print("left: key %s/%s\n", frontend, names + from);
        count++;
    }
    return count;
}
