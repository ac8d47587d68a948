/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The guest's physical address space: special frames, and pages that are moved. */
#include "model/fault.h"
#include "model/memory.h"
#include "model/xen.h"
#include "xen/base/public.h"

void (*xen_frame_removed)(void);

static long move_frame(const struct xen_add_to_physmap *map)
{
    if (!memory_is_reserved(map->idx))
        model_fault("moved guest frame %lx, which is not the firmware's", (unsigned long)map->idx);
    /* Xen would free the page that is there: the guest would lose it. */
    if (!memory_is_hole(map->gpfn))
        model_fault("moved a page to guest frame %lx, which is no hole", (unsigned long)map->gpfn);
    memory_move(map->idx, map->gpfn);
    return 0;
}

static long add_to_physmap(const struct xen_add_to_physmap *map)
{
    if (map->domid != DOMID_SELF)
        return -XEN_EPERM;
    if (map->space == XENMAPSPACE_gmfn)
        return move_frame(map);
    if (!memory_is_special(map->gpfn))
        model_fault("a special frame over guest frame %lx", (unsigned long)map->gpfn);
    if (map->space == XENMAPSPACE_shared_info && !map->idx) {
        memory_map_shared_info(map->gpfn);
        return 0;
    }
    if (map->space != XENMAPSPACE_grant_table)
        return -XEN_EINVAL;
    if (map->idx >= xen_config.grant_frames)
        return -XEN_EINVAL;
    /* Xen would move the frame, and the owner of the table would lose it. */
    if (xen_config.grant_version > 1)
        model_fault("mapped a grant table of version %u", xen_config.grant_version);
    if (xen_config.grants_taken)
        model_fault("took the grant table from the operating system");
    memory_map_grant_frame((uint32_t)map->idx, map->gpfn);
    return 0;
}

static long remove_from_physmap(const struct xen_remove_from_physmap *unmap)
{
    if (unmap->domid != DOMID_SELF)
        return -XEN_EPERM;
    if (!memory_special_is_mapped(unmap->gpfn))
        return -XEN_ENOENT;
    memory_unmap_special(unmap->gpfn);
    if (xen_frame_removed)
        xen_frame_removed();
    return 0;
}

long xen_memory_op(unsigned operation, void *argument)
{
    switch (operation) {
    case XENMEM_add_to_physmap:
        return add_to_physmap(argument);
    case XENMEM_remove_from_physmap:
        return remove_from_physmap(argument);
    default:
        model_fault("memory_op %u", operation);
    }
}
