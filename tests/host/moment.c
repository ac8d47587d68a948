/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "moment.h"

#include "model/memory.h"
#include "model/trap.h"
#include "model/xen.h"
#include "xen/base/public.h"

#include <stddef.h>

#define REQUEST_PRODUCER ((uint32_t)offsetof(struct xenstore_domain_interface, req_prod))
#define REPLY_CONSUMER   ((uint32_t)offsetof(struct xenstore_domain_interface, rsp_cons))

static enum moment wanted;
static unsigned left;
static void (*call)(void);
static bool called, collected; /* the last access has taken the rest of a reply */

static void come(void)
{
    if (called || left--)
        return;
    called = true;
    call();
}

static void watch_page(uint32_t offset, enum trap_access access)
{
    bool look = collected && offset == REQUEST_PRODUCER && access == TRAP_READ;

    collected = offset == REPLY_CONSUMER && access == TRAP_WRITE;
    if (look || wanted == MOMENT_ACCESS)
        come();
}

static void watch_hypercalls(unsigned number, unsigned operation)
{
    if (number != __HYPERVISOR_sched_op &&
        !(number == __HYPERVISOR_event_channel_op &&
          (operation == EVTCHNOP_close || operation == EVTCHNOP_alloc_unbound)))
        come();
}

void moment_begin(enum moment moment, unsigned at, void (*event)(void))
{
    wanted = moment;
    left = at;
    call = event;
    called = false;
    collected = true;
    if (moment == MOMENT_HYPERCALL)
        xen_before = watch_hypercalls;
    else
        trap_begin(MEMORY_STORE_FRAME, watch_page);
}

bool moment_end(void)
{
    trap_end();
    xen_before = NULL;
    return called;
}
