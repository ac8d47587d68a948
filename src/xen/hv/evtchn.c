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

int evtchn_close(uint32_t port)
{
    struct evtchn_close close = {.port = port};

    return evtchn_op(EVTCHNOP_close, &close, "close");
}
