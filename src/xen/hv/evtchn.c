/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "evtchn.h"

#include "hypercall.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/public.h"

static int evtchn_op(unsigned operation, void *argument, const char *what)
{
    long error = hypercall2(__HYPERVISOR_event_channel_op, operation, (unsigned long)argument);

    if (error < 0)
        log_error("event channel: %s failed: %s\n", what, error_name(error));
    return error < 0 ? (int)error : 0;
}

int evtchn_alloc(uint16_t domid, uint32_t *port)
{
    struct evtchn_alloc_unbound alloc = {.dom = DOMID_SELF, .remote_dom = domid};
    int error = evtchn_op(EVTCHNOP_alloc_unbound, &alloc, "alloc");

    *port = alloc.port;
    return error;
}

int evtchn_notify(uint32_t port)
{
    struct evtchn_send send = {.port = port};

    return evtchn_op(EVTCHNOP_send, &send, "send");
}

bool evtchn_stands(uint32_t port, uint16_t domid)
{
    struct evtchn_status status = {.dom = DOMID_SELF, .port = port};
    long error = hypercall2(__HYPERVISOR_event_channel_op, EVTCHNOP_status, (unsigned long)&status);

    /* Beyond the guest's ports, or a port of Xen's own. */
    if (error == -XEN_EINVAL || error == -XEN_EACCES)
        return false;
    if (error < 0)
        return true;
    switch (status.status) {
    case EVTCHNSTAT_unbound:
        return status.u.unbound.dom == domid;
    case EVTCHNSTAT_interdomain:
        return status.u.interdomain.dom == domid;
    default:
        return false;
    }
}

int evtchn_close(uint32_t port)
{
    struct evtchn_close close = {.port = port};

    return evtchn_op(EVTCHNOP_close, &close, "close");
}
