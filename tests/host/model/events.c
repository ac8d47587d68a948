/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/events.h"

#include "model/fault.h"
#include "model/xen.h"
#include "public.h"

#include <string.h>

#define PORTS 64u

enum port_state { PORT_FREE, PORT_UNBOUND, PORT_BOUND };

static struct port {
    enum port_state state;
    uint16_t remote;
    events_notified *notified;
    void *context;
} ports[PORTS];

static unsigned sent;

void events_reset(void)
{
    memset(ports, 0, sizeof(ports));
    ports[EVENTS_STORE_PORT].state = PORT_UNBOUND;
    ports[EVENTS_CONSOLE_PORT].state = PORT_UNBOUND;
    sent = 0;
}

bool events_bind(uint16_t domid, uint32_t port, events_notified *notified, void *context)
{
    if (port >= PORTS || ports[port].state != PORT_UNBOUND || ports[port].remote != domid)
        return false;
    ports[port].state = PORT_BOUND;
    ports[port].notified = notified;
    ports[port].context = context;
    return true;
}

void events_unbind(uint32_t port)
{
    if (port < PORTS && ports[port].state == PORT_BOUND)
        ports[port].state = PORT_UNBOUND;
}

unsigned events_open(void)
{
    unsigned open = 0;

    for (unsigned port = EVENTS_CONSOLE_PORT + 1; port < PORTS; port++)
        open += ports[port].state != PORT_FREE;
    return open;
}

unsigned events_sent(void)
{
    return sent;
}

static long events_alloc(struct evtchn_alloc_unbound *alloc)
{
    if (alloc->dom != DOMID_SELF)
        return -XEN_EPERM;
    /* From the end, so that a port is never mistaken for a small number of something else. */
    for (unsigned port = PORTS - 1; port > EVENTS_CONSOLE_PORT; port--) {
        if (ports[port].state != PORT_FREE)
            continue;
        ports[port].state = PORT_UNBOUND;
        ports[port].remote = alloc->remote_dom;
        alloc->port = port;
        return 0;
    }
    return -XEN_ENOSPC;
}

static long events_send(uint32_t number)
{
    struct port *port = number < PORTS ? &ports[number] : NULL;

    if (!port || port->state == PORT_FREE)
        model_fault("notified port %u, which is not open", number);
    if (number > EVENTS_CONSOLE_PORT)
        sent++;
    /* Xen drops what is sent on a port that nobody has bound. */
    if (port->state == PORT_BOUND)
        port->notified(port->context);
    return 0;
}

static long events_close(uint32_t number)
{
    if (number <= EVENTS_CONSOLE_PORT)
        model_fault("closed port %u, which the toolstack made", number);
    if (number >= PORTS || ports[number].state == PORT_FREE)
        model_fault("closed port %u, which is not open", number);
    ports[number].state = PORT_FREE;
    return 0;
}

long xen_event_channel_op(unsigned operation, void *argument)
{
    switch (operation) {
    case EVTCHNOP_alloc_unbound:
        return events_alloc(argument);
    case EVTCHNOP_send:
        return events_send(((struct evtchn_send *)argument)->port);
    case EVTCHNOP_close:
        return events_close(((struct evtchn_close *)argument)->port);
    default:
        model_fault("event_channel_op %u", operation);
    }
}
