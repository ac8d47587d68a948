/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "hvm_param.h"

#include "hypercall.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
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
