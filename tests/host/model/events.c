/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/events.h"

#include "model/fault.h"
#include "model/xen.h"
#include "xen/base/public.h"

#include <string.h>

#define PORTS 64u

/* Ports below this one belong to the toolstack. */
#define FIRST_OF_GUEST 16u

enum port_state { PORT_FREE, PORT_UNBOUND, PORT_BOUND, PORT_GONE };

static struct port {
    enum port_state state;
    uint16_t remote;
    events_notified *notified;
    void *context;
} ports[PORTS];

static unsigned sent;
static unsigned first_port; /* the first one that the toolstack has made */

void events_reset(void)
{
    memset(ports, 0, sizeof(ports));
    ports[EVENTS_STORE_PORT].state = PORT_UNBOUND;
    ports[EVENTS_CONSOLE_PORT].state = PORT_UNBOUND;
    first_port = EVENTS_STORE_PORT;
    sent = 0;
}

uint32_t events_restore(bool same_number)
{
    for (unsigned port = 0; port < PORTS; port++)
        if (ports[port].state != PORT_FREE)
            ports[port].state = PORT_GONE;
    if (!same_number)
        first_port += 2;
    ports[first_port] = ports[first_port + 1] = (struct port){.state = PORT_UNBOUND};
    return first_port;
}

static bool is_of_toolstack(uint32_t port)
{
    return port == first_port || port == first_port + 1;
}

bool events_is_open(uint32_t port)
{
    return port < PORTS && (ports[port].state == PORT_UNBOUND || ports[port].state == PORT_BOUND);
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

void events_unbind(uint32_t port, const void *context)
{
    if (port < PORTS && ports[port].state == PORT_BOUND && ports[port].context == context)
        ports[port].state = PORT_UNBOUND;
}

unsigned events_open(void)
{
    unsigned open = 0;

    for (unsigned port = 0; port < PORTS; port++)
        open += events_is_open(port) && !is_of_toolstack(port);
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
    /* From the end, so that a port number never equals a small number of another kind. */
    for (unsigned port = PORTS - 1; port >= FIRST_OF_GUEST; port--) {
        if (events_is_open(port))
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
        model_fault("notified port %u, which was never open", number);
    /* The firmware cannot know that a restore has removed its ports. */
    if (port->state == PORT_GONE)
        return -XEN_EINVAL;
    if (!is_of_toolstack(number))
        sent++;
    /* Xen drops a notification on a port that is not bound. */
    if (port->state == PORT_BOUND)
        port->notified(port->context);
    return 0;
}

static long events_close(uint32_t number)
{
    if (is_of_toolstack(number))
        model_fault("closed port %u, which the toolstack made", number);
    if (!events_is_open(number))
        model_fault("closed port %u, which is not open", number);
    ports[number].state = PORT_FREE;
    return 0;
}

static long events_status(struct evtchn_status *status)
{
    const struct port *port = status->port < PORTS ? &ports[status->port] : NULL;

    if (status->dom != DOMID_SELF)
        return -XEN_EPERM;
    if (!port)
        model_fault("asked for port %u, which the guest never had", status->port);
    status->status = EVTCHNSTAT_closed;
    if (port->state == PORT_UNBOUND) {
        status->status = EVTCHNSTAT_unbound;
        status->u.unbound.dom = port->remote;
    } else if (port->state == PORT_BOUND) {
        status->status = EVTCHNSTAT_interdomain;
        status->u.interdomain.dom = port->remote;
    }
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
    case EVTCHNOP_status:
        return events_status(argument);
    default:
        model_fault("event_channel_op %u", operation);
    }
}
