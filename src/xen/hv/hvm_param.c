/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "hvm_param.h"

#include "hypercall.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"

int hvm_param_get(uint32_t index, uint64_t *value)
{
    struct xen_hvm_param param = {.domid = DOMID_SELF, .index = index};
    long error = hypercall2(__HYPERVISOR_hvm_op, HVMOP_get_param, (unsigned long)&param);

    if (error < 0) {
        log_error("cannot read HVM parameter %u: %s\n", index, error_name(error));
        return (int)error;
    }
    *value = param.value;
    return 0;
}

int hvm_param_get_ring(uint32_t frame_index, uint32_t port_index, void **page, uint32_t *port)
{
    uint64_t frame, number;
    int error = hvm_param_get(frame_index, &frame);

    if (!error)
        error = hvm_param_get(port_index, &number);
    if (error)
        return error;
    *page = frame && number && number <= UINT32_MAX ? platform_map(frame) : 0;
    if (!*page)
        return -XEN_ENODEV;
    *port = (uint32_t)number;
    return 0;
}
