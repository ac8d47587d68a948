/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "frame_move.h"

#include "hypercall.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/public.h"

int frame_move(uint32_t from, uint32_t to)
{
    struct xen_add_to_physmap map = {
        .domid = DOMID_SELF,
        .space = XENMAPSPACE_gmfn,
        .idx = from,
        .gpfn = to,
    };
    long error = hypercall2(__HYPERVISOR_memory_op, XENMEM_add_to_physmap, (unsigned long)&map);

    if (error < 0)
        log_error("cannot move frame %x to %x: %s\n", from, to, error_name(error));
    return (int)error;
}
