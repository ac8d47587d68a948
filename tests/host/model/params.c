/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* HVM parameters. */
#include "model/events.h"
#include "model/fault.h"
#include "model/memory.h"
#include "model/xen.h"
#include "xen/base/public.h"

#include <string.h>

static uint64_t params[HVM_NR_PARAMS];

void xen_params_reset(void)
{
    memset(params, 0, sizeof(params));
    params[HVM_PARAM_STORE_PFN] = MEMORY_STORE_FRAME;
    params[HVM_PARAM_STORE_EVTCHN] = EVENTS_STORE_PORT;
    params[HVM_PARAM_CONSOLE_PFN] = MEMORY_CONSOLE_FRAME;
    params[HVM_PARAM_CONSOLE_EVTCHN] = EVENTS_CONSOLE_PORT;
}

uint64_t *xen_param(unsigned index)
{
    return &params[index];
}

long xen_hvm_op(unsigned operation, void *argument)
{
    struct xen_hvm_param *param = argument;

    /* If the firmware set one, the toolstack would believe that PV drivers run. */
    if (operation != HVMOP_get_param)
        model_fault("hvm_op %u", operation);
    if (param->domid != DOMID_SELF || param->index >= HVM_NR_PARAMS)
        return -XEN_EINVAL;
    param->value = params[param->index];
    return 0;
}
