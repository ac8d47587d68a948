/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "xen_core.h"

#include "config.h"      // CONFIG_XENPV_*
#include "fw/paravirt.h" // runningOnXen
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"
#include "xen/hv/detect.h"
#include "xen/store/core.h"

/* Only used in POST. */
static struct core *core_made;
static int core_error;
static bool core_tried;

/* SeaBIOS is on Xen where hvmloader, or the entry of PVH guests, has left its information. QEMU's
 * own implementation of Xen's interfaces has no hvmloader: its memory map and its interrupts are
 * those of a machine of KVM, which the core was never tried on. */
static int core_check_machine(void)
{
    struct xen_leaves xen;

    if (runningOnXen())
        return 0;
    if (xen_detect(&xen))
        log_error("the Xen core: not used: hvmloader did not start this guest\n");
    return -XEN_ENODEV;
}

static int core_make(void)
{
    static const struct core_options options = {
        .store_limit_ms = CONFIG_XENPV_STORE_LIMIT_MS,
        .connect_limit_ms = CONFIG_XENPV_CONNECT_LIMIT_MS,
        .close_limit_ms = CONFIG_XENPV_CLOSE_LIMIT_MS,
        .io_limit_ms = CONFIG_XENPV_IO_LIMIT_MS,
    };
    int error = core_check_machine();

    if (error)
        return error;
    struct core *core = platform_alloc_reserved(sizeof(*core), sizeof(uint64_t));

    if (!core) {
        log_error("the Xen core: no memory\n");
        return -XEN_ENOMEM;
    }
    error = core_init(core, &options);
    if (!error)
        core_made = core;
    return error;
}

struct core *xenpv_core(int *error)
{
    if (!core_tried)
        core_error = core_make();
    core_tried = true;
    *error = core_error;
    return core_made;
}
