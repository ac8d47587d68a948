/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "dom0_xen.h"

#include "dom0_daemon.h"
#include "dom0_qemu.h"
#include "dom0_store.h"
#include "model/events.h"
#include "model/memory.h"
#include "model/store.h"
#include "model/xen.h"
#include "report.h"
#include "toolstack.h"
#include "turns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xen/hvm/ioreq.h>
#include <xen/memory.h>

#include <xendevicemodel.h>
#include <xenevtchn.h>
#include <xenforeignmemory.h>

#define SERVERS  8u
#define RANGES   4u
#define CHANNELS 16u
/* Xen numbers the servers of a domain from 0 on. */
#define QEMUS_SERVER 0u
#define PAGE         4096u
#define REMOTE_BASE  1000u /* the remote ports of a server's slots begin here */

static struct server {
    bool exists, enabled;
    uint32_t domid;
    ioservid_t id;
    unsigned mapped;   /* by the daemon */
    unsigned requests; /* of the daemon to xenstored, when the server was created */
    struct {
        bool in_use;
        uint64_t first, last;
    } ranges[RANGES];
    struct ioreq slots[PAGE / sizeof(struct ioreq)];
} servers[SERVERS];

/* Event channels of the daemon's: the local port is the place here, counted from 1. */
static struct channel {
    struct server *server; /* NULL: free */
    unsigned cpu;
    bool pending;
} channels[CHANNELS];

/* What a processor waits with. */
static struct server *waits_for[XEN_CPUS];
static unsigned waits_in[XEN_CPUS];

static void mappings_drop(void);

void dom0_xen_reset(void)
{
    xen_frame_removed = mappings_drop;
    memset(servers, 0, sizeof(servers));
    memset(channels, 0, sizeof(channels));
    memset(waits_for, 0, sizeof(waits_for));
}

void dom0_xen_end_domain(uint32_t domid)
{
    for (unsigned i = 0; i < SERVERS; i++)
        if (servers[i].domid == domid)
            servers[i].exists = false;
    memset(waits_for, 0, sizeof(waits_for));
}

void dom0_xen_drop(void)
{
    memset(channels, 0, sizeof(channels));
    for (unsigned i = 0; i < SERVERS; i++)
        servers[i].mapped = 0;
}

bool dom0_xen_has_event(void)
{
    for (unsigned i = 0; i < CHANNELS; i++)
        if (channels[i].server && channels[i].pending)
            return true;
    return false;
}

static bool server_is_recorded(const struct server *server)
{
    char path[64];

    snprintf(path, sizeof(path), "/local/domain/0/xenpv-hookd/%u", server->domid);
    const char *record = store_read(path);
    return record && strtoul(record, NULL, 10) == server->id;
}

/* That write a record. */
#define RECORD_REQUESTS 5u

static bool server_has_ports(const struct server *server)
{
    for (unsigned i = 0; i < RANGES; i++)
        if (server->ranges[i].in_use)
            return true;
    return false;
}

/* Xen writes the number of a processor's event channel when the server is enabled. */
static bool server_is_new(const struct server *server)
{
    for (unsigned cpu = 0; cpu < XEN_CPUS; cpu++)
        if (server->slots[cpu].vp_eport)
            return false;
    return true;
}

/* Two kinds of servers may have no record: one that has just been created, to find its number or
 * with another number than was found; and one that is about to be destroyed. Neither does harm. */
void dom0_xen_killed(void)
{
    for (struct server *server = servers; server < servers + SERVERS; server++) {
        if (!server->exists || server_is_recorded(server))
            continue;
        if (server->enabled || server_has_ports(server) ||
            (server_is_new(server) && dom0_store_requests() - server->requests > RECORD_REQUESTS))
            violation("a killed daemon leaves ioreq server %u without a record", server->id);
        server->exists = false;
    }
}

unsigned dom0_xen_servers(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < SERVERS; i++)
        count += servers[i].exists;
    return count;
}

static struct server *server_find(uint32_t domid, ioservid_t id)
{
    for (unsigned i = 0; i < SERVERS; i++)
        if (servers[i].exists && servers[i].domid == domid && servers[i].id == id)
            return &servers[i];
    return NULL;
}

/**** The guest's side ****/

/* The newest one goes first. */
static struct server *server_of_port(unsigned port, unsigned size)
{
    struct server *newest = NULL;

    for (struct server *server = servers; server < servers + SERVERS; server++)
        for (unsigned i = 0; server->exists && server->enabled && i < RANGES; i++)
            if (server->ranges[i].in_use && port >= server->ranges[i].first &&
                port + size - 1 <= server->ranges[i].last && (!newest || server->id > newest->id))
                newest = server;
    return newest;
}

bool xen_ports_are_claimed(void)
{
    return server_of_port(0x10, 2);
}

bool xen_cpu_waits(unsigned cpu)
{
    return waits_for[cpu] && waits_for[cpu]->slots[waits_in[cpu]].state == STATE_IOREQ_READY;
}

bool xen_cpu_is_busy(unsigned cpu)
{
    return waits_for[cpu];
}

static bool is_answered(void *context)
{
    return ((struct ioreq *)context)->state == STATE_IORESP_READY;
}

/* A processor sends a server a request, and waits. Return: the answer. */
static uint64_t server_ask(struct server *server, unsigned cpu, const struct ioreq *request)
{
    struct ioreq *slot = &server->slots[cpu];
    uint32_t channel = slot->vp_eport;

    *slot = *request;
    slot->vp_eport = channel;
    slot->state = STATE_IOREQ_READY;
    waits_for[cpu] = server;
    waits_in[cpu] = cpu;
    for (unsigned i = 0; i < CHANNELS; i++)
        if (channels[i].server == server && channels[i].cpu == cpu)
            channels[i].pending = true;
    sleep_until(is_answered, slot, UINT64_MAX);
    slot->state = STATE_IOREQ_NONE;
    waits_for[cpu] = NULL;
    return slot->data;
}

uint64_t xen_port_access(unsigned cpu, bool write, unsigned port, unsigned size, uint64_t data,
                         bool *waited)
{
    struct server *server = server_of_port(port, size);

    if (!server)
        return qemu_port_access(write, port, size, data);
    *waited = true;
    return server_ask(server, cpu,
                      &(struct ioreq){.type = IOREQ_TYPE_PIO,
                                      .dir = write ? IOREQ_WRITE : IOREQ_READ,
                                      .addr = port,
                                      .size = size,
                                      .count = 1,
                                      .data = data});
}

/* The guest gives memory back: all servers are to drop their mappings of it. Only the firmware does
 * that, on the first processor. */
static void mappings_drop(void)
{
    const struct ioreq request = {.type = IOREQ_TYPE_INVALIDATE, .data = UINT64_MAX};

    for (struct server *server = servers; server < servers + SERVERS; server++)
        if (server->exists && server->enabled && toolstack_has_domain(server->domid))
            server_ask(server, 0, &request);
}

/**** libxendevicemodel ****/

xendevicemodel_handle *xendevicemodel_open(struct xentoollog_logger *logger, unsigned int flags)
{
    static int handle;

    (void)logger, (void)flags;
    return (xendevicemodel_handle *)&handle;
}

int xendevicemodel_modified_memory(xendevicemodel_handle *h, domid_t domid, uint64_t first,
                                   uint32_t count)
{
    (void)h, (void)domid, (void)first, (void)count;
    return 0;
}

int xendevicemodel_create_ioreq_server(xendevicemodel_handle *h, domid_t domid, int buffered,
                                       ioservid_t *id)
{
    struct server *server = servers;
    ioservid_t number = QEMUS_SERVER + 1;

    (void)h, (void)buffered;
    dom0_delay();
    errno = ESRCH;
    if (!toolstack_has_domain(domid))
        return -1;
    while (server->exists || server->mapped)
        if (++server == servers + SERVERS)
            violation("more than %u ioreq servers", SERVERS);
    while (server_find(domid, number))
        number++;
    /* Now and then another device model has just taken the number. */
    number += random_chance(&turns_random, 5);
    memset(server, 0, sizeof(*server));
    server->exists = true;
    server->domid = domid;
    server->requests = dom0_store_requests();
    server->id = *id = number;
    dom0_delay();
    return 0;
}

int xendevicemodel_set_ioreq_server_state(xendevicemodel_handle *h, domid_t domid, ioservid_t id,
                                          int enabled)
{
    (void)h;
    dom0_delay();
    struct server *server = server_find(domid, id);
    errno = ENOENT;
    if (!server)
        return -1;
    for (unsigned cpu = 0; enabled && cpu < XEN_CPUS; cpu++)
        server->slots[cpu].vp_eport = (uint32_t)(REMOTE_BASE + XEN_CPUS * (server - servers) + cpu);
    server->enabled = enabled;
    return 0;
}

int xendevicemodel_map_io_range_to_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                                ioservid_t id, int is_mmio, uint64_t start,
                                                uint64_t end)
{
    unsigned free = RANGES;

    (void)h, (void)is_mmio;
    dom0_delay();
    struct server *server = server_find(domid, id);
    errno = ENOENT;
    if (!server)
        return -1;
    errno = EEXIST;
    for (unsigned i = 0; i < RANGES; i++) {
        if (server->ranges[i].in_use && server->ranges[i].first == start)
            return -1;
        if (!server->ranges[i].in_use)
            free = i;
    }
    server->ranges[free].in_use = true;
    server->ranges[free].first = start;
    server->ranges[free].last = end;
    return 0;
}

int xendevicemodel_unmap_io_range_from_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                                    ioservid_t id, int is_mmio, uint64_t start,
                                                    uint64_t end)
{
    (void)h, (void)is_mmio, (void)end;
    dom0_delay();
    struct server *server = server_find(domid, id);
    for (unsigned i = 0; server && i < RANGES; i++) {
        if (!server->ranges[i].in_use || server->ranges[i].first != start)
            continue;
        server->ranges[i].in_use = false;
        return 0;
    }
    errno = ENOENT;
    return -1;
}

int xendevicemodel_destroy_ioreq_server(xendevicemodel_handle *h, domid_t domid, ioservid_t id)
{
    (void)h;
    dom0_delay();
    struct server *server = server_find(domid, id);
    errno = ENOENT;
    if (!server)
        return -1;
    for (unsigned cpu = 0; cpu < XEN_CPUS; cpu++)
        if (waits_for[cpu] == server)
            violation("an ioreq server is destroyed while processor %u waits for it", cpu);
    server->exists = false;
    return 0;
}

/**** libxenevtchn ****/

xenevtchn_handle *xenevtchn_open(struct xentoollog_logger *logger, unsigned int flags)
{
    static int handle;

    (void)logger, (void)flags;
    return (xenevtchn_handle *)&handle;
}

int xenevtchn_fd(xenevtchn_handle *h)
{
    (void)h;
    return DAEMON_CHANNEL_FILE;
}

xenevtchn_port_or_error_t xenevtchn_bind_interdomain(xenevtchn_handle *h, uint32_t domid,
                                                     evtchn_port_t remote)
{
    struct server *server = &servers[(remote - REMOTE_BASE) / XEN_CPUS];
    unsigned i = 0;

    (void)h;
    dom0_delay();
    errno = ESRCH;
    if (!server->exists || server->domid != domid)
        return -1;
    while (channels[i].server)
        if (++i == CHANNELS)
            violation("the daemon has more than %u event channels", CHANNELS);
    /* A channel that has just been bound is pending. */
    channels[i] = (struct channel){
        .server = server, .cpu = (remote - REMOTE_BASE) % XEN_CPUS, .pending = true};
    return (int)i + 1;
}

int xenevtchn_unbind(xenevtchn_handle *h, evtchn_port_t port)
{
    (void)h;
    channels[port - 1].server = NULL;
    return 0;
}

xenevtchn_port_or_error_t xenevtchn_pending(xenevtchn_handle *h)
{
    (void)h;
    for (unsigned i = 0; i < CHANNELS; i++) {
        if (!channels[i].server || !channels[i].pending)
            continue;
        channels[i].pending = false;
        return (int)i + 1;
    }
    errno = EAGAIN;
    return -1;
}

int xenevtchn_unmask(xenevtchn_handle *h, evtchn_port_t port)
{
    (void)h, (void)port;
    return 0;
}

int xenevtchn_notify(xenevtchn_handle *h, evtchn_port_t port)
{
    const struct channel *channel = &channels[port - 1];

    (void)h;
    if (!channel->server)
        violation("the daemon notifies event channel %u, which is not its own", port);
    if (channel->server->exists && !is_answered(&channel->server->slots[channel->cpu]))
        violation("the daemon answers a processor that has asked nothing");
    return 0;
}

/**** libxenforeignmemory ****/

struct xenforeignmemory_resource_handle {
    struct server *server; /* NULL: the grant table */
};

xenforeignmemory_handle *xenforeignmemory_open(struct xentoollog_logger *logger, unsigned int flags)
{
    static int handle;

    (void)logger, (void)flags;
    return (xenforeignmemory_handle *)&handle;
}

static xenforeignmemory_resource_handle resources[SERVERS + 1];

static xenforeignmemory_resource_handle *map_server(uint32_t domid, unsigned id, void **address)
{
    struct server *server = server_find(domid, (ioservid_t)id);

    errno = ENOENT;
    if (!server)
        return NULL;
    server->mapped++;
    *address = server->slots;
    resources[server - servers].server = server;
    return &resources[server - servers];
}

xenforeignmemory_resource_handle *
xenforeignmemory_map_resource(xenforeignmemory_handle *h, domid_t domid, unsigned int type,
                              unsigned int id, unsigned long frame, unsigned long frames,
                              void **address, int protection, int flags)
{
    (void)h, (void)protection, (void)flags;
    /* After this the daemon does not wait until it has unmapped a grant table again: the next
     * guest's is in the same place here. */
    dom0_delay();
    errno = ESRCH;
    if (!toolstack_has_domain(domid))
        return NULL;
    if (type == XENMEM_resource_ioreq_server)
        return map_server(domid, id, address);
    errno = EINVAL;
    if (id == XENMEM_resource_grant_table_id_status || frame + frames > xen_config.grant_frames)
        return NULL;
    *address = memory_grant_frame((uint32_t)frame);
    return &resources[SERVERS];
}

int xenforeignmemory_unmap_resource(xenforeignmemory_handle *h,
                                    xenforeignmemory_resource_handle *resource)
{
    (void)h;
    if (resource->server && resource->server->mapped)
        resource->server->mapped--;
    return 0;
}

/* No guest uses string instructions here. */
void *xenforeignmemory_map(xenforeignmemory_handle *h, uint32_t domid, int protection, size_t pages,
                           const xen_pfn_t frames[], int errors[])
{
    (void)h, (void)domid, (void)protection, (void)pages, (void)frames, (void)errors;
    return NULL;
}

int xenforeignmemory_unmap(xenforeignmemory_handle *h, void *address, size_t pages)
{
    (void)h, (void)address, (void)pages;
    return 0;
}
