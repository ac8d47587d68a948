/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "claim.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <xen/memory.h>

#include "log.h"
#include "xen/base/handover.h"

_Static_assert(sizeof(struct ioreq) == 32, "Xen's layout");

struct port_range {
    uint64_t first, last;
};

static const struct port_range ranges[] = {
    {HANDOVER_UNPLUG_PORT, HANDOVER_UNPLUG_PORT + HANDOVER_UNPLUG_PORTS - 1},
    {HANDOVER_ACPI_PORT, HANDOVER_ACPI_PORT},
};
#define RANGES (sizeof(ranges) / sizeof(ranges[0]))

int claim_create(const struct xen *xen, uint32_t domid, ioservid_t *server)
{
    return xendevicemodel_create_ioreq_server(xen->device_model, (domid_t)domid,
                                              HVM_IOREQSRV_BUFIOREQ_OFF, server);
}

/* Once the server is enabled, each slot of a processor has the number of an event channel. */
static int claim_bind(struct claim *claim, const struct xen *xen)
{
    for (unsigned slot = 0; slot < CLAIM_SLOTS; slot++) {
        uint32_t remote = claim->slots[slot].vp_eport;

        if (!remote)
            continue;
        claim->channels[slot] = xenevtchn_bind_interdomain(xen->events, claim->domid, remote);
        if (claim->channels[slot] < 0)
            return -1;
        claim->slot_count = slot + 1;
    }
    return 0;
}

/* An earlier daemon may have written an answer and been killed before it notified the processor.
 * Xen checks the state after each event, so another notification does no harm. */
static void claim_answers_notify(const struct claim *claim, const struct xen *xen)
{
    for (unsigned slot = 0; slot < claim->slot_count; slot++)
        if (claim->channels[slot] >= 0 && claim->slots[slot].state == STATE_IORESP_READY)
            xenevtchn_notify(xen->events, (evtchn_port_t)claim->channels[slot]);
}

static xenforeignmemory_resource_handle *page_map(const struct xen *xen, uint32_t domid,
                                                  ioservid_t server, void **page)
{
    *page = NULL;
    return xenforeignmemory_map_resource(xen->memory, (domid_t)domid, XENMEM_resource_ioreq_server,
                                         server, XENMEM_resource_ioreq_server_frame_ioreq(0), 1,
                                         page, PROT_READ | PROT_WRITE, 0);
}

/* Xen writes the numbers of the event channels when a server is enabled, and leaves them there. */
bool claim_is_new(const struct xen *xen, uint32_t domid, ioservid_t server)
{
    void *page;
    xenforeignmemory_resource_handle *handle = page_map(xen, domid, server, &page);
    const struct ioreq *slots = page;
    bool is_new = handle;

    for (unsigned slot = 0; handle && slot < CLAIM_SLOTS; slot++)
        is_new = is_new && !slots[slot].vp_eport;
    if (handle)
        xenforeignmemory_unmap_resource(xen->memory, handle);
    return is_new;
}

int claim_open(struct claim *claim, const struct xen *xen, uint32_t domid, ioservid_t server)
{
    void *page;

    memset(claim, 0, sizeof(*claim));
    memset(claim->channels, -1, sizeof(claim->channels));
    claim->domid = domid;
    claim->server = server;
    claim->page = page_map(xen, domid, server, &page);
    if (!claim->page)
        return -1;
    claim->slots = page;
    /* Xen writes the numbers of the channels each time. */
    if (xendevicemodel_set_ioreq_server_state(xen->device_model, (domid_t)domid, server, 1) ||
        claim_bind(claim, xen))
        return -1;
    claim_answers_notify(claim, xen);
    return 0;
}

void claim_close(struct claim *claim, const struct xen *xen)
{
    int error = errno;

    if (!claim->page)
        return;
    for (unsigned slot = 0; slot < claim->slot_count; slot++)
        if (claim->channels[slot] >= 0)
            xenevtchn_unbind(xen->events, (evtchn_port_t)claim->channels[slot]);
    /* A mapped page would keep a domain that has ended from being freed. */
    xenforeignmemory_unmap_resource(xen->memory, claim->page);
    memset(claim, 0, sizeof(*claim));
    errno = error;
}

int claim_ports_map(const struct claim *claim, const struct xen *xen)
{
    for (unsigned i = 0; i < RANGES; i++)
        if (xendevicemodel_map_io_range_to_ioreq_server(xen->device_model, (domid_t)claim->domid,
                                                        claim->server, 0, ranges[i].first,
                                                        ranges[i].last) &&
            errno != EEXIST)
            return -1;
    return 0;
}

void claim_ports_unmap(const struct claim *claim, const struct xen *xen)
{
    for (unsigned i = 0; i < RANGES; i++)
        if (xendevicemodel_unmap_io_range_from_ioreq_server(xen->device_model,
                                                            (domid_t)claim->domid, claim->server, 0,
                                                            ranges[i].first, ranges[i].last) &&
            errno != ENOENT)
            log_error("domain %u: cannot return I/O port %#x: %s", claim->domid,
                      (unsigned)ranges[i].first, strerror(errno));
}

int claim_disable(struct claim *claim, const struct xen *xen)
{
    if (claim->disabled)
        return 0;
    int error = xendevicemodel_set_ioreq_server_state(xen->device_model, (domid_t)claim->domid,
                                                      claim->server, 0);
    claim->disabled = !error;
    return error;
}

bool claim_has_channel(const struct claim *claim, xenevtchn_port_or_error_t channel)
{
    for (unsigned slot = 0; slot < claim->slot_count; slot++)
        if (claim->channels[slot] == channel)
            return true;
    return false;
}

bool claim_request_read(const struct claim *claim, unsigned slot, struct ioreq *request)
{
    if (slot >= claim->slot_count || claim->channels[slot] < 0 ||
        claim->slots[slot].state != STATE_IOREQ_READY)
        return false;
    __atomic_thread_fence(__ATOMIC_ACQUIRE); /* read the state before the rest */
    *request = claim->slots[slot];
    return true;
}

void claim_answer(struct claim *claim, const struct xen *xen, unsigned slot, uint64_t data)
{
    claim->slots[slot].data = data;
    __atomic_thread_fence(__ATOMIC_RELEASE); /* write the data before the state */
    claim->slots[slot].state = STATE_IORESP_READY;
    xenevtchn_notify(xen->events, (evtchn_port_t)claim->channels[slot]);
}

bool claim_is_idle(const struct claim *claim)
{
    for (unsigned slot = 0; slot < claim->slot_count; slot++)
        if (claim->channels[slot] >= 0 && claim->slots[slot].state != STATE_IOREQ_NONE)
            return false;
    return true;
}

bool claim_was_asked(const struct claim *claim)
{
    for (unsigned slot = 0; slot < CLAIM_SLOTS; slot++)
        if (claim->slots[slot].vp_eport && claim->slots[slot].state != STATE_IOREQ_NONE)
            return true;
    return false;
}

void claim_destroy(const struct xen *xen, uint32_t domid, ioservid_t server)
{
    if (xendevicemodel_destroy_ioreq_server(xen->device_model, (domid_t)domid, server) &&
        errno != ENOENT)
        log_error("domain %u: cannot destroy ioreq server %u: %s", domid, server, strerror(errno));
}
