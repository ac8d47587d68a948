/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "special_frames.h"

#include "hypercall.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"

int special_frame_map(unsigned space, uint32_t index, uint32_t slot, void **address)
{
    if (slot >= SPECIAL_FRAMES_COUNT)
        return -XEN_EINVAL;

    struct xen_add_to_physmap map = {
        .domid = DOMID_SELF,
        .space = space,
        .idx = index,
        .gpfn = SPECIAL_FRAMES_FIRST + slot,
    };
    long error = hypercall2(__HYPERVISOR_memory_op, XENMEM_add_to_physmap, (unsigned long)&map);
    if (error < 0) {
        log_error("cannot map frame %u of space %u: %s\n", index, space, error_name(error));
        return (int)error;
    }
    *address = platform_map(SPECIAL_FRAMES_FIRST + slot);
    return *address ? 0 : -XEN_ENOMEM;
}

int special_frame_unmap(uint32_t slot)
{
    if (slot >= SPECIAL_FRAMES_COUNT)
        return -XEN_EINVAL;

    struct xen_remove_from_physmap unmap = {
        .domid = DOMID_SELF,
        .gpfn = SPECIAL_FRAMES_FIRST + slot,
    };
    long error =
        hypercall2(__HYPERVISOR_memory_op, XENMEM_remove_from_physmap, (unsigned long)&unmap);
    /* After a restore, or if the next owner of the machine has moved it. */
    if (error < 0 && error != -XEN_ENOENT)
        log_error("cannot unmap special frame %u: %s\n", slot, error_name(error));
    return error < 0 ? (int)error : 0;
}
